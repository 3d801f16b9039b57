"""Fill an empty, migrated database with comments.

    python -m benchmarks.make_comments --url sqlite:///big.sqlite3 --comments 1000000 --queued 100000

Rows go in by COPY on PostgreSQL and by large batches with syncing off on SQLite; secondary
indexes are built at the end. A million comments take some minutes. For measuring only: a
machine that fails meanwhile leaves a broken database.
"""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table

from benchmarks.comment_rows import Publication, Row
from models import Base
from moderation.migrate import migrate
from moderation.storage.unit_of_work import make_engine

_BATCH = 5_000


def fill(urls: Sequence[str], comments: int, queued: int, seed: int = 1) -> None:
    """Fill migrated, empty databases with the same comments.

    Args:
        urls: their addresses.
        comments: how many to make.
        queued: how many of them wait for a person.
    """
    publication = Publication(comments, queued, seed)
    with contextlib.ExitStack() as stack:
        engines = [stack.enter_context(_opened(url)) for url in urls]
        for rows in (publication.sites(), publication.comments()):
            for batch in _batches(rows):
                for engine in engines:
                    (_insert if engine.dialect.name == "sqlite" else _copy)(engine, batch)


@contextlib.contextmanager
def _opened(url: str) -> Iterator[Engine]:
    """Without secondary indexes; they are built when the rows are in."""
    engine = make_engine(url)
    indexes: list[Any] = [
        index for table in Base.metadata.sorted_tables for index in sorted(table.indexes, key=str)
    ]
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    yield engine
    with engine.begin() as connection:
        for index in indexes:
            index.create(connection)
    if engine.dialect.name == "postgresql":
        # As its own housekeeping does; SQLite in service has no statistics, so none here.
        with engine.connect() as connection:
            autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
            autocommit.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def _batches(rows: Iterable[tuple[str, Row]]) -> Iterator[dict[str, list[Row]]]:
    batch: dict[str, list[Row]] = {}
    for count, (table, row) in enumerate(rows, start=1):
        batch.setdefault(table, []).append(row)
        if count % _BATCH == 0:
            yield batch
            batch = {}
    yield batch


def _ordered(batch: dict[str, list[Row]]) -> Iterator[tuple[Table, list[Row]]]:
    """The batch's tables, those that others refer to first."""
    for table in Base.metadata.sorted_tables:
        if rows := batch.get(table.name):
            yield table, rows


def _insert(engine: Engine, batch: dict[str, list[Row]]) -> None:
    raw = engine.raw_connection()
    cursor = raw.cursor()
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("BEGIN")
    for table, rows in _ordered(batch):
        names = list(rows[0])
        places = ", ".join(f":{name}" for name in names)
        cursor.executemany(f"INSERT INTO {table.name} ({_quoted(names)}) VALUES ({places})", rows)
    cursor.execute("COMMIT")
    raw.close()


def _copy(engine: Engine, batch: dict[str, list[Row]]) -> None:
    raw = engine.raw_connection()
    with raw.cursor() as cursor:
        # Foreign keys are sound by making; checking each would double the time.
        cursor.execute("SET session_replication_role = replica")
        for table, rows in _ordered(batch):
            names = list(rows[0])
            with cursor.copy(f"COPY {table.name} ({_quoted(names)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([row[name] for name in names])
        cursor.execute("SET session_replication_role = origin")
    raw.commit()
    raw.close()


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def main() -> None:
    """Migrate the database and fill it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True, action="append", help="may be given twice")
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--queued", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    sent = parser.parse_args()
    began = time.monotonic()
    for url in sent.url:
        migrate(url, Path("build"))
    fill(sent.url, sent.comments, sent.queued, sent.seed)
    print(f"{sent.comments} comments, {sent.queued} waiting: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
