"""The database: one engine, and transactions that services open and end.

On SQLite a reading transaction begins plainly and a writing one with BEGIN IMMEDIATE, so
that a writer never finds out at commit that another was faster. No transaction may be
open while a text is scored: it would hold up every other writer.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from moderation.errors import Contended, Unavailable

BUSY_TIMEOUT_MS = 5_000
TURN_TIMEOUT_S = 15
_PAUSE_S = 0.001
_IMMEDIATE = "moderation_immediate"
_FACTS = "moderation_facts"
# PostgreSQL: undefined table or column (not migrated), read-only transaction (a standby).
# PostgreSQL: deadlock found, lock not had in time.
_CONTENDED = frozenset({"40P01", "55P03"})
_NOT_NOW = frozenset({"42P01", "42703", "25006"})

log = logging.getLogger(__name__)


Listener = Callable[[Sequence[Any]], None]


class Store:
    """Hands out sessions on one database.

    Args:
        url: ``sqlite:///path`` or ``postgresql://...``.

    Attributes:
        has_one_writer: whether writing transactions run one after another.
    """

    def __init__(self, url: str) -> None:
        self._listeners: list[Listener] = []
        self.engine = make_engine(url)
        self._writing = self.engine.execution_options(**{_IMMEDIATE: True})
        self.has_one_writer = self.engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[Any] = _Turn() if self.has_one_writer else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; whatever it changed is dropped.

        Raises:
            Unavailable: when the database cannot be reached.
        """
        with _plain_failures(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back otherwise.

        Raises:
            Unavailable: when the database cannot be reached, is locked or is full.
        """
        with (
            _plain_failures(),
            self._turn,
            Session(self._writing, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session
        facts = session.info.get(_FACTS, ())
        if facts:
            self._tell(facts)

    def on_commit(self, listener: Listener) -> None:
        """Tell somebody of the facts of each transaction, once it is committed.

        Args:
            listener: must not wait. Where it fails that is logged: what it should have heard
                of is committed all the same.
        """
        self._listeners.append(listener)

    def _tell(self, facts: Sequence[Any]) -> None:
        for listener in self._listeners:
            try:
                listener(facts)
            except Exception:
                log.exception("a listener failed after a commit")

    def check_writable(self) -> None:
        """Take and drop a write lock.

        Raises:
            Unavailable: when the store cannot write or has no tables.
        """
        with self.write() as session:
            session.execute(text("UPDATE sites SET slug = slug WHERE id = ''"))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


class _Turn:
    """Lets this process's writers to SQLite through one at a time.

    SQLite's own waiting is polling with growing pauses: under load a thread can miss its
    turn until the busy time-out, while others that came later are served.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=TURN_TIMEOUT_S):
            raise Unavailable("The store is busy.", retry_after_s=5)

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@contextmanager
def _plain_failures() -> Iterator[None]:
    """Turn a driver's connection errors into the one that callers know."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        # The statement's parameters hold names and texts: only the driver's words are logged.
        log.error("the store failed: %s", getattr(error, "orig", None) or type(error).__name__)
        contended = getattr(getattr(error, "orig", None), "sqlstate", None) in _CONTENDED
        kind = Contended if contended else Unavailable
        raise kind("The store cannot answer at the moment.", retry_after_s=5) from error
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if not error.connection_invalidated and state not in _NOT_NOW:
            raise
        raise Unavailable("The store cannot answer at the moment.", retry_after_s=5) from error


def make_engine(url: str) -> Engine:
    """Make the engine for a database address, with the settings that our promises need."""
    if url.startswith("sqlite"):
        engine = create_engine(url, pool_size=40, max_overflow=24, pool_timeout=10,
                               hide_parameters=True)  # fmt: skip
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
        return engine
    return create_engine(
        url,
        pool_size=8,
        max_overflow=32,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 3, "options": "-c timezone=utc -c lock_timeout=10s"},
    )


def _set_pragmas(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late (at the first write).
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get(_IMMEDIATE, False):
        _begin_immediate(connection)
    else:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("BEGIN")  # takes no lock, so there is no failure to translate


def _begin_immediate(connection: Connection) -> None:
    """Begin to write as soon as the writers of other processes let us.

    SQLite would wait in pauses of up to a tenth of a second, and a core would stand still.
    """
    raw: Any = connection.connection.dbapi_connection
    (allowed_ms,) = raw.execute("PRAGMA busy_timeout").fetchone()
    end = time.monotonic() + allowed_ms / 1000
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while not _began(connection, last=time.monotonic() > end):
            time.sleep(_PAUSE_S)
    finally:
        raw.execute(f"PRAGMA busy_timeout={allowed_ms}")


def _began(connection: Connection, *, last: bool) -> bool:
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code != sqlite3.SQLITE_BUSY or last:
            raise
        return False
    return True


def remember(session: Session, fact: Any) -> None:
    """Note what the transaction does, for those who are told after the commit."""
    session.info.setdefault(_FACTS, []).append(fact)


def lock(session: Session, *what: str) -> None:
    """Let transactions that name the same thing through one at a time until commit.

    SQLite has a single writer anyway; on PostgreSQL an advisory lock keeps two requests
    from both passing a check that the other's row would fail.

    Args:
        what: words that name it, such as ``"author"``, a site's id and an email key.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"),
            {"what": "\x1f".join(what)},
        )
