"""Bringing the database's schema up to the code, under a lock.

Run before the service starts (``make run`` does); the application never migrates.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from moderation.errors import Unavailable
from moderation.storage.unit_of_work import make_engine

_LOCK_KEY = 0x6D6F6465


def migrate(url: str, instance: Path, revision: str = "head") -> tuple[str | None, str | None]:
    """Move the schema to a revision, up or down.

    Args:
        url: the database's address.
        instance: folder for the lock file that SQLite needs.
        revision: ``head``, ``base`` or a revision's id.

    Returns:
        the revisions before and after.

    Raises:
        Unavailable: the database cannot be reached.
    """
    instance.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url)
    try:
        with _one_at_a_time(instance), engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK_KEY})
                connection.commit()
            before = current(connection)
            connection.commit()
            _run(connection, before, revision)
            after = current(connection)
            connection.commit()
            return before, after
    except OperationalError as error:
        raise Unavailable(f"The database cannot be migrated: {error.orig}") from error
    finally:
        engine.dispose()


def current(connection: Connection) -> str | None:
    """The schema's revision in the database."""
    return MigrationContext.configure(connection).get_current_revision()


def config() -> Config:
    """Alembic's configuration, made in code."""
    made = Config()
    made.set_main_option("script_location", "models:migrations")
    return made


def _run(connection: Connection, before: str | None, revision: str) -> None:
    made = config()
    made.attributes["connection"] = connection
    script = ScriptDirectory.from_config(made)
    known = [entry.revision for entry in script.walk_revisions()]
    downward = revision == "base" or (
        before in known and revision in known and known.index(revision) > known.index(before)
    )
    (command.downgrade if downward else command.upgrade)(made, revision)
    connection.commit()


@contextmanager
def _one_at_a_time(instance: Path) -> Iterator[None]:
    with (instance / "migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
