"""Fixtures. Everything that touches a database runs on SQLite and, where
``MODERATION_TEST_POSTGRES_URL`` names a server, on PostgreSQL too."""

from __future__ import annotations

import gc
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from models import Base
from moderation.app import create_app
from moderation.bootstrap import Runtime, bootstrap
from moderation.domain.principals import Principal
from moderation.migrate import migrate
from moderation.settings import read_settings
from tests.fakes import FakeClock, FakeScorer
from tests.shared_rules import share_builders

POSTGRES_URL = os.environ.get("MODERATION_TEST_POSTGRES_URL", "")
BACKENDS = ["sqlite", "postgresql"] if POSTGRES_URL else ["sqlite"]
OPERATOR = Principal(kind="user", id="", name="operator", role="admin")
PAGE = "https://news.example/bridge"

share_builders()
# A busy machine is slow, not wrong: no example is held to a time.
settings.register_profile("no time", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no time")


def pytest_report_header() -> str:
    if POSTGRES_URL:
        return "databases: SQLite and PostgreSQL"
    return "databases: SQLite only (set MODERATION_TEST_POSTGRES_URL to add PostgreSQL)"


def pytest_collection_finish() -> None:
    """Keep what is loaded by now out of the garbage collector's rounds.

    Each test leaves an application behind; going through all modules and tests to find it
    took a quarter of the time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "empty.sqlite3"
    migrate(f"sqlite:///{path}", folder)
    return path


@pytest.fixture(scope="session")
def empty_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """A migrated database of its own on the PostgreSQL server, dropped at the end."""
    server = sa.make_url(POSTGRES_URL).set(drivername="postgresql+psycopg")
    name = f"moderation_test_{secrets.token_hex(6)}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        # Nobody needs these rows after a power cut: no commit waits for the disk.
        connection.execute(sa.text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    url = server.set(database=name)
    migrate(url.render_as_string(hide_password=False), tmp_path_factory.mktemp("postgres"))
    engine = sa.create_engine(url)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database on each backend."""
    if request.param == "sqlite":
        path = tmp_path / "moderation.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    engine = request.getfixturevalue("empty_postgres")
    yield engine.url.render_as_string(hide_password=False)
    # TRUNCATE makes new files for every table: a hundred times slower on so few rows.
    with engine.begin() as connection:
        connection.exec_driver_sql(
            ";".join(f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables))
        )


@pytest.fixture
def scorer() -> FakeScorer:
    return FakeScorer()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of a test's service; change before asking for ``runtime``."""
    return {
        "MODERATION_INSTANCE": str(tmp_path / "instance"),
        "MODERATION_DATABASE_URL": database_url,
        "MODERATION_SECRET_KEY": "a secret for tests only, nothing else",
        "MODERATION_BASE_URL": "https://comments.example",
        "MODERATION_RATE_LIMITS": "off",
    }


@pytest.fixture
def runtime(environ: dict[str, str], scorer: FakeScorer, clock: FakeClock) -> Iterator[Runtime]:
    """The services with a fake scorer and clock on a real database, and a site ``demo``."""
    made = bootstrap(read_settings(environ), clock=clock, scorer=scorer)
    origins = ["https://news.example", "https://www.news.example:8443"]
    made.services.sites.create(OPERATOR, "demo", "Demo", origins)
    made.services.sites.create(OPERATOR, "other", "Other", ["https://other.example"])
    yield made
    made.close()


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    made = create_app(runtime=runtime)
    made.testing = True
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@dataclass(frozen=True)
class Caller:
    """A test client with a token."""

    client: FlaskClient
    headers: dict[str, str]

    def __getattr__(self, method: str) -> Callable[..., Any]:
        send = getattr(self.client, method)

        def call(path: str, headers: dict[str, str] | None = None, **kwargs: Any) -> Any:
            return send(path, headers={**self.headers, **(headers or {})}, **kwargs)

        return call


@pytest.fixture
def as_role(app: Flask, runtime: Runtime) -> Callable[..., Caller]:
    """Make a caller: ``as_role("moderator", "demo")``."""

    def make(role: str, *sites: str) -> Caller:
        token = runtime.services.tokens.create(OPERATOR, role, sites).token
        return Caller(app.test_client(), {"Authorization": f"Bearer {token}"})

    return make


@pytest.fixture
def moderator(as_role: Callable[..., Caller]) -> Caller:
    return as_role("moderator", "demo")


@pytest.fixture
def admin(as_role: Callable[..., Caller]) -> Caller:
    return as_role("admin")


@pytest.fixture
def submit(client: FlaskClient, clock: FakeClock) -> Callable[..., Any]:
    """Post a comment: ``submit(body="...")``; other fields have good values."""

    def post(headers: dict[str, str] | None = None, site: str = "demo", **fields: Any) -> Any:
        # Time passes between two comments, so that their order is certain.
        clock.move(seconds=1)
        sent = {
            "name": "Ann",
            "email": "ann@example.com",
            "body": f"Thank you for the article. {secrets.token_hex(4)}",
            "page_url": PAGE,
            **fields,
        }
        sent = {name: value for name, value in sent.items() if value is not ...}
        return client.post(f"/api/v1/sites/{site}/comments", json=sent, headers=headers)

    return post
