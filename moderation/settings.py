"""The settings, read once from the environment and checked before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from moderation.domain.web_addresses import origin
from moderation.errors import SettingsError


@dataclass(frozen=True)
class Setting:
    """One environment variable.

    Attributes:
        name: without the prefix ``MODERATION_``.
        default: as text, as it would stand in the environment.
        meaning: one sentence for operators.
    """

    name: str
    default: str
    meaning: str


ALL: Final = (
    Setting("INSTANCE", "instance", "Folder for the database, the secret key and caches."),
    Setting(
        "DATABASE_URL", "", "SQLite or PostgreSQL; by default a SQLite file in the instance folder."
    ),
    Setting("BIND", "127.0.0.1:8000", "Address and port to serve on."),
    Setting("BASE_URL", "", "The service's public address; by default http:// and the bound one."),
    Setting("SCORER", "compact", "`compact`, a Detoxify name, or a folder with a model."),
    Setting("SCORING", "inline", "`inline` scores while the writer waits, `worker` puts it off."),
    Setting("SCORING_GIVE_UP_S", "60", "Seconds after which an unscored comment goes to a person."),
    Setting("SCORING_TIMEOUT_S", "10", "Seconds that one scoring call may take."),
    Setting(
        "SCORING_THREADS",
        "0",
        "Threads of the scorer; 0 takes the number of cores, a server one less.",
    ),
    Setting("RATE_LIMITS", "on", "`on` or `off`: limits on log-ins and submissions."),
    Setting("TRUSTED_PROXIES", "0", "Number of reverse proxies whose forwarding headers count."),
    Setting(
        "SECRET_KEY",
        "",
        "At least 32 characters; by default made once and kept in the instance folder.",
    ),
    Setting("REDIS_URL", "", "Redis for rate limits shared by several processes."),
    Setting("BROKER_URL", "", "Redis or RabbitMQ, over which workers hear of new comments."),
    Setting("SMTP_URL", "", "The mail server; without it no mail is sent."),
    Setting("MAIL_FROM", "", "From whom mail comes; needed with SMTP_URL."),
    Setting("MAIL_DIGEST_S", "3600", "Least seconds between two digests to one moderator."),
    Setting(
        "METRICS",
        "local",
        "Who may read /metrics: `local` this machine, `token` with a token, `off` nobody.",
    ),
    Setting("METRICS_TOKEN", "", "At least 32 characters; opens /metrics and nothing else."),
    Setting("TRACING", "off", "`on` sends traces by OpenTelemetry; needs its packages."),
    Setting("WEB_PROCESSES", "1", "Processes that serve; above 1 with PostgreSQL and Redis."),
    Setting(
        "WEBHOOK_ALLOW_PRIVATE",
        "off",
        "`on` lets webhooks lead to this machine and to private networks.",
    ),
)
_SMTP_SCHEMES: Final = ("smtp", "smtp+starttls", "smtps")
_REDIS_SCHEMES: Final = ("redis", "rediss", "unix")
_BROKER_SCHEMES: Final = ("redis", "rediss", "amqp", "amqps")
_REDIS_EXAMPLE: Final = "redis://127.0.0.1:6379/0"
PREFIX: Final = "MODERATION_"


@dataclass(frozen=True)
class Settings:
    """All settings, in the types in which they are used."""

    instance: Path
    database_url: str
    bind: str
    base_url: str
    scorer: str
    scoring: str
    scoring_give_up_s: float
    scoring_timeout_s: float
    scoring_threads: int | None
    rate_limits: bool
    trusted_proxies: int
    secret_key: str | None
    redis_url: str | None
    broker_url: str | None
    smtp_url: str | None
    mail_from: str | None
    mail_digest_s: float
    webhook_allow_private: bool
    metrics: str
    metrics_token: str | None
    tracing: bool
    web_processes: int


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check the settings.

    Args:
        environ: usually ``os.environ``.

    Raises:
        SettingsError: one line that names the variable and what is allowed.
    """
    raw = {
        setting.name: environ.get(PREFIX + setting.name, "").strip() or setting.default
        for setting in ALL
    }
    instance = Path(raw["INSTANCE"]).resolve()
    bind = _bind(raw["BIND"])
    settings = Settings(
        instance=instance,
        database_url=_database_url(raw["DATABASE_URL"], instance),
        bind=bind,
        base_url=_base_url(raw["BASE_URL"] or f"http://{bind}"),
        scorer=raw["SCORER"],
        scoring=_choice("SCORING", raw["SCORING"], ("inline", "worker")),
        scoring_give_up_s=_number("SCORING_GIVE_UP_S", raw["SCORING_GIVE_UP_S"], 1, 3600),
        scoring_timeout_s=_number("SCORING_TIMEOUT_S", raw["SCORING_TIMEOUT_S"], 0.1, 600),
        scoring_threads=int(_number("SCORING_THREADS", raw["SCORING_THREADS"], 0, 256)) or None,
        rate_limits=_switch("RATE_LIMITS", raw),
        trusted_proxies=int(_number("TRUSTED_PROXIES", raw["TRUSTED_PROXIES"], 0, 10)),
        secret_key=_secret("SECRET_KEY", raw["SECRET_KEY"]),
        redis_url=_server("REDIS_URL", raw["REDIS_URL"], _REDIS_SCHEMES, _REDIS_EXAMPLE),
        broker_url=_server(
            "BROKER_URL", raw["BROKER_URL"], _BROKER_SCHEMES, f"{_REDIS_EXAMPLE} or amqp://host"
        ),
        smtp_url=_smtp_url(raw["SMTP_URL"]),
        mail_from=_mail_from(raw["MAIL_FROM"], needed=bool(raw["SMTP_URL"])),
        mail_digest_s=_number("MAIL_DIGEST_S", raw["MAIL_DIGEST_S"], 60, 604_800),
        webhook_allow_private=_switch("WEBHOOK_ALLOW_PRIVATE", raw),
        metrics=_choice("METRICS", raw["METRICS"], ("local", "token", "off")),
        metrics_token=_secret("METRICS_TOKEN", raw["METRICS_TOKEN"]),
        tracing=_switch("TRACING", raw),
        web_processes=int(_number("WEB_PROCESSES", raw["WEB_PROCESSES"], 1, 64)),
    )
    _check_processes(settings)
    return settings


def _wrong(name: str, allowed: str) -> SettingsError:
    return SettingsError(f"{PREFIX}{name} must be {allowed}.")


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise _wrong(name, " or ".join(allowed))
    return value


def _switch(name: str, raw: Mapping[str, str]) -> bool:
    return _choice(name, raw[name], ("on", "off")) == "on"


def _number(name: str, value: str, low: float, high: float) -> float:
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise _wrong(name, f"a number from {low:g} to {high:g}")
    return number


def _bind(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise _wrong("BIND", "an address and a port, such as 127.0.0.1:8000")
    return value


def _base_url(value: str) -> str:
    try:
        return origin(value)
    except ValueError:
        raise _wrong("BASE_URL", "an address such as https://comments.example") from None


def _database_url(value: str, instance: Path) -> str:
    if not value:
        return f"sqlite:///{instance / 'moderation.sqlite3'}"
    allowed = "sqlite:///path/to/file or postgresql://user@host/database"
    scheme = value.partition("://")[0]
    if scheme in ("postgresql", "postgres", "postgresql+psycopg") and urlsplit(value).path:
        return "postgresql+psycopg://" + value.partition("://")[2]
    # A database in memory would be another one for each connection.
    path = value.removeprefix("sqlite:///")
    if path not in ("", value) and ":memory:" not in path:
        return value
    raise _wrong("DATABASE_URL", allowed)


def _secret(name: str, value: str) -> str | None:
    if value and len(value) < 32:
        raise _wrong(name, "at least 32 characters long")
    return value or None


def _check_processes(settings: Settings) -> None:
    """Several processes share limits through Redis, and SQLite has a single writer."""
    if settings.web_processes == 1:
        return
    if settings.database_url.startswith("sqlite"):
        raise _wrong("WEB_PROCESSES", "1 with SQLite; more need PostgreSQL")
    if settings.rate_limits and settings.redis_url is None:
        raise _wrong("WEB_PROCESSES", "1 without MODERATION_REDIS_URL, unless rate limits are off")


def _server(name: str, value: str, schemes: tuple[str, ...], example: str) -> str | None:
    if value and value.partition("://")[0] not in schemes:
        raise _wrong(name, f"an address such as {example}")
    return value or None


def _smtp_url(value: str) -> str | None:
    if not value:
        return None
    allowed = (
        "an address such as smtp://127.0.0.1, smtp+starttls://user:password@host or smtps://host"
    )
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise _wrong("SMTP_URL", allowed) from None
    if parts.scheme not in _SMTP_SCHEMES or not parts.hostname or port == 0:
        raise _wrong("SMTP_URL", allowed)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _wrong("SMTP_URL", allowed)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.username and parts.scheme == "smtp" and not local:
        raise _wrong("SMTP_URL", "smtps:// or smtp+starttls:// where it holds a password")
    return value


def _mail_from(value: str, *, needed: bool) -> str | None:
    if not value:
        if needed:
            raise _wrong("MAIL_FROM", "set where MODERATION_SMTP_URL is")
        return None
    address = parseaddr(value)[1]
    local, _, host = address.rpartition("@")
    if not local or not host or not value.isprintable():
        raise _wrong("MAIL_FROM", "an address, or a name and an address: Comments <a@b.example>")
    return value
