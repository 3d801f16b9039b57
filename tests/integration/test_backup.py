"""What docs/operating.md says of backup and restore, done on both databases."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from moderation.app import create_app
from moderation.bootstrap import Runtime, bootstrap
from moderation.cli import register_commands
from moderation.settings import read_settings
from tests.conftest import PAGE, POSTGRES_URL
from tests.fakes import FakeScorer

OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """With a secret key in the instance folder, as by default."""
    return {name: value for name, value in environ.items() if name != "MODERATION_SECRET_KEY"}


@pytest.fixture
def restored(
    environ: dict[str, str], clock: Any, tmp_path: Path
) -> Iterator[Callable[[str], FlaskClient]]:
    """The service over a restored database."""
    made: list[Runtime] = []

    def start(url: str) -> FlaskClient:
        settings = {
            **environ,
            "MODERATION_DATABASE_URL": url,
            "MODERATION_INSTANCE": str(tmp_path / "new"),
        }
        made.append(bootstrap(read_settings(settings), clock=clock, scorer=FakeScorer()))
        return create_app(runtime=made[-1]).test_client()

    yield start
    for each in made:
        each.close()


def test_restored_copy_is_the_service_of_before(
    runtime: Runtime,
    submit: Callable[..., Any],
    restored: Callable[[str], FlaskClient],
    database_url: str,
    tmp_path: Path,
) -> None:
    shown = submit(body="before the backup").json
    held = submit(body="{insult=0.9}", headers={"Idempotency-Key": "k"}).json
    restore = _postgres if database_url.startswith("postgresql") else _sqlite
    with restore(runtime, tmp_path, after=lambda: submit(body="after the backup")) as url:
        client = restored(url)
        listed = client.get("/api/v1/sites/demo/comments", query_string={"page_url": PAGE}).json
        assert [each["id"] for each in listed["items"]] == [shown["id"]]
        receipt = client.get(f"/api/v1/receipts/{held['receipt']['token']}").json
        assert receipt["status"] == "queued"
        # The key in the instance folder is the same: the first answer is built again.
        again = submit_to(client, body="{insult=0.9}", key="k")
        assert again == held


def submit_to(client: FlaskClient, *, body: str, key: str) -> Any:
    sent = {"name": "Ann", "email": "ann@example.com", "body": body, "page_url": PAGE}
    headers = {"Idempotency-Key": key}
    return client.post("/api/v1/sites/demo/comments", json=sent, headers=headers).json


class _sqlite:
    def __init__(self, runtime: Runtime, folder: Path, after: Callable[[], Any]) -> None:
        app = create_app(runtime=runtime)
        register_commands(app)
        done = app.test_cli_runner().invoke(args=["backup", str(folder / "backup")])
        assert (done.exit_code, done.stdout) == (0, f"{folder / 'backup'}\n")
        again = app.test_cli_runner().invoke(args=["backup", str(folder / "backup")])
        assert (again.exit_code, again.stdout) == (2, "")
        after()
        shutil.copytree(folder / "backup", folder / "new")
        self._url = f"sqlite:///{folder / 'new' / 'moderation.sqlite3'}"

    def __enter__(self) -> str:
        return self._url

    def __exit__(self, *_: object) -> None: ...


class _postgres:
    """The commands in the document, with this server's addresses."""

    def __init__(self, runtime: Runtime, folder: Path, after: Callable[[], Any]) -> None:
        dump, restore = re.findall(r"^(pg_dump .*|pg_restore .*)$", OPERATING.read_text(), re.M)
        url = sa.make_url(runtime.settings.database_url).set(drivername="postgresql")
        self._name = f"moderation_restored_{secrets.token_hex(4)}"
        self._new = url.set(database=self._name)
        self._run(dump, url, folder)
        after()
        app = create_app(runtime=runtime)
        register_commands(app)
        refused = app.test_cli_runner().invoke(args=["backup", str(folder / "backup")])
        assert (refused.exit_code, "pg_dump" in refused.stderr) == (2, True)
        self._admin(f"CREATE DATABASE {self._name}")
        self._run(restore, self._new, folder)
        shutil.copytree(runtime.settings.instance, folder / "new")

    def _run(self, line: str, url: sa.URL, folder: Path) -> None:
        address = url.render_as_string(hide_password=False)
        words = [re.sub("postgresql://.*", address, word) for word in shlex.split(line)]
        tools = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        path = f"{tools}{os.pathsep}{os.environ['PATH']}"
        subprocess.run(words, check=True, cwd=folder, env={**os.environ, "PATH": path}, timeout=60)

    def _admin(self, statement: str) -> None:
        server = sa.make_url(POSTGRES_URL).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(statement))
        engine.dispose()

    def __enter__(self) -> str:
        return self._new.render_as_string(hide_password=False)

    def __exit__(self, *_: object) -> None:
        self._admin(f"DROP DATABASE {self._name} WITH (FORCE)")
