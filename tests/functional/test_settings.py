"""The environment: every wrong value stops the start with one line that says what is allowed."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from moderation.errors import SettingsError
from moderation.settings import ALL, PREFIX, read_settings

ROOT = Path(__file__).parents[2]


def test_defaults_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert settings.instance == tmp_path / "instance"
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/moderation.sqlite3"
    assert (settings.bind, settings.base_url) == ("127.0.0.1:8000", "http://127.0.0.1:8000")
    assert (settings.scorer, settings.scoring, settings.rate_limits) == ("compact", "inline", True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x"), ("DATABASE_URL", "sqlite:///:memory:"), ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgresql://host"), ("BIND", "8000"), ("BIND", "127.0.0.1:0"), ("BIND", ":8000"),
        ("BASE_URL", "comments.example"), ("BASE_URL", "ftp://x.example"), ("BASE_URL", "https://x.example/path"),
        ("SCORING", "later"), ("SCORING_GIVE_UP_S", "soon"), ("SCORING_GIVE_UP_S", "0"),
        ("SCORING_GIVE_UP_S", "nan"), ("SCORING_TIMEOUT_S", "0"), ("SCORING_THREADS", "-1"),
        ("RATE_LIMITS", "maybe"), ("WEBHOOK_ALLOW_PRIVATE", "yes"), ("METRICS", "on"),
        ("METRICS_TOKEN", "short"), ("WEB_PROCESSES", "0"), ("WEB_PROCESSES", "2"), ("TRUSTED_PROXIES", "-1"), ("TRUSTED_PROXIES", "many"),
        ("SECRET_KEY", "short"), ("REDIS_URL", "localhost"),
        ("SMTP_URL", "mail.example"), ("SMTP_URL", "http://mail.example"), ("SMTP_URL", "smtp://h:0"),
        ("SMTP_URL", "smtp://user:secret@mail.example"), ("SMTP_URL", "smtps://h/path"),
        ("MAIL_FROM", "nobody"), ("MAIL_FROM", "a@b.example\nBcc: c@d.example"), ("MAIL_DIGEST_S", "1"),
    ],
)  # fmt: skip
def test_wrong_value_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({PREFIX + name: value})
    assert caught.value.message.startswith(f"{PREFIX}{name} must be ")
    assert "\n" not in caught.value.message


def test_several_processes_need_postgresql_and_shared_limits() -> None:
    several = {"MODERATION_WEB_PROCESSES": "4", "MODERATION_DATABASE_URL": "postgresql://host/x"}
    with pytest.raises(SettingsError, match="MODERATION_REDIS_URL"):
        read_settings(several)
    for more in ({"MODERATION_REDIS_URL": "redis://h"}, {"MODERATION_RATE_LIMITS": "off"}):
        assert read_settings({**several, **more}).web_processes == 4


@pytest.mark.parametrize("name", ["nonsense", "../nowhere"])
def test_unknown_scorer_stops_the_start_in_one_line(tmp_path: Path, name: str) -> None:
    environ = {**os.environ, "MODERATION_SCORER": name, "MODERATION_INSTANCE": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-c", "import wsgi"], env=environ, cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert re.fullmatch(r"error: [^\n]*compact[^\n]*\n", result.stderr)


def test_folder_without_a_model_starts_and_says_so(tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "MODERATION_SCORER": str(tmp_path),
        "MODERATION_INSTANCE": str(tmp_path),
    }
    program = (
        "import wsgi; s = wsgi.app.extensions['moderation_runtime'].scorer;"
        " s.warm_up(wait=True); print(s.status())"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], env=environ, cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("(False, ")


def test_secret_key_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    from moderation.bootstrap import bootstrap
    from tests.fakes import FakeScorer

    settings = read_settings({"MODERATION_INSTANCE": str(tmp_path / "instance")})
    keys = {bootstrap(settings, scorer=FakeScorer()).secret_key for _ in range(2)}
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert (tmp_path / "instance/secret_key").stat().st_mode & 0o777 == 0o600


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/settings.md").read_text()
    for setting in ALL:
        assert f"`{PREFIX}{setting.name}`" in page
    assert set(re.findall(rf"`{PREFIX}(\w+)`", page)) <= {setting.name for setting in ALL} | {
        "TEST_POSTGRES_URL"
    }


@pytest.mark.parametrize(
    ("cores", "asked", "threads"), [(1, "0", "1"), (4, "0", "3"), (4, "4", "4")]
)
def test_a_server_leaves_a_core_to_the_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int, asked: str, threads: str
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setenv("MODERATION_INSTANCE", str(tmp_path))
    monkeypatch.setenv("MODERATION_SCORING_THREADS", asked)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "counts"))
    runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))
    assert os.environ["MODERATION_SCORING_THREADS"] == threads
