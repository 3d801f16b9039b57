"""What the database layer promises."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from models import Base, Site
from moderation.errors import Unavailable
from moderation.migrate import migrate
from moderation.storage.unit_of_work import Store

SOON_S = 20.0


def test_sqlite_runs_with_the_pragmas_that_our_promises_need(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with store.read() as session:
        pragmas = {
            name: session.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    store.close()
    assert pragmas == {
        "journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "foreign_keys": 1,
    }  # fmt: skip


def test_sqlite_writers_take_the_lock_at_once_and_readers_do_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    migrate(url, tmp_path)
    store, other = Store(url), Store(url)
    with other.engine.connect() as quick:
        quick.exec_driver_sql("PRAGMA busy_timeout=0")
        quick.rollback()
        with store.write() as writer:
            writer.execute(sa.text("SELECT 1"))
            with pytest.raises(sa.exc.OperationalError, match="locked"):
                quick.execution_options(moderation_immediate=True).exec_driver_sql("SELECT 1")
            with other.read() as reader:
                assert reader.scalars(sa.select(Site)).all() == []
    store.close()
    other.close()


def test_sqlite_writer_of_another_process_is_waited_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    migrate(url, tmp_path)
    store, other = Store(url), Store(url)
    order: list[str] = []
    tries = threading.Semaphore(0)

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement == "BEGIN IMMEDIATE":
            tries.release()

    def write() -> None:
        with other.write() as session:
            session.execute(sa.text("UPDATE sites SET name = name"))
            order.append("second")

    sa.event.listen(other.engine, "before_cursor_execute", note)
    with store.write() as session:
        session.execute(sa.text("UPDATE sites SET name = name"))
        waiting = threading.Thread(target=write)
        waiting.start()
        # It tries a second time: it has been refused, and waits.
        for _ in range(2):
            assert tries.acquire(timeout=SOON_S)
        order.append("first")
    waiting.join(SOON_S)
    with other.read() as session:
        left = session.execute(sa.text("PRAGMA busy_timeout")).scalar()
    store.close()
    other.close()
    assert order == ["first", "second"]
    assert left == 5000


def test_sweep_with_nothing_to_do_takes_no_write_lock(database_url: str, runtime: Any) -> None:
    other = Store(database_url)
    with other.write() as writer:
        writer.execute(sa.text("UPDATE sites SET name = name"))
        done = runtime.services.sweep()
    other.close()
    assert (done.scored, done.put_off, done.given_up) == (0, 0, 0)


def test_failed_work_leaves_nothing(runtime: Any) -> None:
    with pytest.raises(RuntimeError), runtime.store.write() as session:
        session.execute(sa.text("UPDATE sites SET name = 'changed'"))
        raise RuntimeError
    with runtime.store.read() as session:
        assert "changed" not in session.scalars(sa.select(Site.name)).all()


def test_store_that_cannot_be_reached_is_unavailable(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/no/such/folder/x", "postgresql+psycopg://x@127.0.0.1:1/x"):
        store = Store(url)
        with pytest.raises(Unavailable), store.read() as session:
            session.execute(sa.text("SELECT 1"))
        store.close()


def test_service_answers_503_while_the_store_cannot_write(submit: Any, runtime: Any) -> None:
    with runtime.store.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE comments RENAME TO hidden"))
    try:
        answer = submit()
    finally:
        with runtime.store.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE hidden RENAME TO comments"))
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert submit().status_code == 201


_DESCENDING = ("ix_comments_queue_", "ix_waiting_reasons_priority", "ix_waiting_scores_score")


def _comparable(engine: sa.Engine) -> Any:
    """SQLite does not tell an index's expressions, such as a descending column."""

    def include(item: Any, name: str | None, kind: str, *_: Any) -> bool:
        hidden = kind == "index" and str(name).startswith(_DESCENDING)
        return not (hidden and engine.dialect.name == "sqlite")

    return include


def test_migrations_lead_to_the_models_and_back(database_url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": _comparable(engine)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
        for table in ("comments", "waiting_reasons", "waiting_scores"):
            names = {index["name"] for index in sa.inspect(connection).get_indexes(table)}
            assert names >= {index.name for index in Base.metadata.tables[table].indexes}
    migrate(database_url, tmp_path, "base")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    before, after = migrate(database_url, tmp_path)
    assert before is None
    assert after is not None
    assert migrate(database_url, tmp_path) == (after, after)
    assert set(sa.inspect(engine).get_table_names()) >= set(Base.metadata.tables)
    engine.dispose()
