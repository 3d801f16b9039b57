"""What the fault tests share: a database with a site, and servers of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.bootstrap import Runtime, bootstrap
from moderation.domain.principals import Principal
from moderation.migrate import migrate
from moderation.settings import read_settings
from tests.fakes import FakeScorer
from tests.faults.servers import Postgres, Redis

OPERATOR = Principal(kind="user", id="", name="operator", role="admin")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis server of this test's own."""
    server = Redis(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis: Redis) -> str:
    return redis.url


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test's own."""
    # Not below tmp_path: pytest's folders are closed to the user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = Postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def house(environ: dict[str, str], runtime: Runtime) -> dict[str, str]:
    """Settings of a service over the database in which ``runtime`` made the sites."""
    return {**environ, "MODERATION_SCORING_THREADS": "1"}


def prepared(url: str, folder: Path) -> dict[str, str]:
    """Settings of a service over a new database with the site ``demo``."""
    environ = {
        "MODERATION_INSTANCE": str(folder / "instance"),
        "MODERATION_DATABASE_URL": url,
        "MODERATION_SECRET_KEY": "a secret for tests only, nothing else",
        "MODERATION_RATE_LIMITS": "off",
        "MODERATION_SCORING_THREADS": "1",
    }
    settings = read_settings(environ)
    migrate(settings.database_url, settings.instance)
    made = bootstrap(settings, scorer=FakeScorer())
    made.services.sites.create(OPERATOR, "demo", "Demo", ["https://news.example"])
    made.close()
    return environ
