"""Queries of the packed facts: writing one comment's, reading a site's that changed.

Each write stamps its row so that a reader who keeps the rows asks only for newer stamps and
misses none. On PostgreSQL the stamp is the transaction's id: a reader goes on from the oldest
transaction that was still running when it read last. SQLite has one writer at a time, so a
site's counter does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import Comment, CommentFacts
from moderation.domain.facts import SIZE

_BATCH = 20_000
_COPY = "COPY (SELECT packed FROM comment_facts WHERE site_id = %s) TO STDOUT (FORMAT BINARY)"
_COPY_HEAD = 19


class Changes(NamedTuple):
    """Rows written since a stamp.

    Attributes:
        packed: the rows' bytes one after the other, some rows perhaps read before.
        next_stamp: where to go on.
    """

    packed: bytes
    next_stamp: int


class Row(NamedTuple):
    """One comment's facts, as they are stored."""

    site_id: str
    comment_id: str
    packed: bytes


def keep(session: Session, rows: Sequence[Row]) -> None:
    """Store comments' facts in place of any before."""
    _put(session, _KEEP, rows)


def add(session: Session, rows: Sequence[Row]) -> None:
    """Store the facts of comments that have none."""
    _put(session, _ADD, rows)


def of_comment(session: Session, comment_id: str) -> bytes | None:
    """A comment's facts, locked until commit."""
    query = select(CommentFacts.packed).where(CommentFacts.comment_id == comment_id)
    return session.scalar(query.with_for_update())


def changed_since(session: Session, site_id: str, stamp: int | None) -> Changes:
    """A site's rows written since a stamp; None reads them all."""
    query = select(CommentFacts.packed).where(CommentFacts.site_id == site_id)
    if session.get_bind().dialect.name == "postgresql":
        low, high = session.execute(text("SELECT " + _OLDEST_RUNNING + ", " + _NEXT)).one()
        if stamp is not None:
            # Rows restored from another server carry stamps of its own, above ours.
            query = query.where(CommentFacts.stamp.between(stamp, literal(high)))
        return Changes(_copied(session, site_id) if stamp is None else _all(session, query), low)
    newest = session.scalar(_newest(site_id))
    if stamp is not None:
        query = query.where(CommentFacts.stamp >= stamp)
    return Changes(_all(session, query), (newest or 0) + 1)


def texts(session: Session, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Name and body of comments, by id; those whose text is no longer kept are left out."""
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(ids), 500):
        rows = session.execute(
            select(Comment.id, Comment.name, Comment.body).where(
                Comment.id.in_(ids[start : start + 500]), Comment.text_removed_at.is_(None)
            )
        )
        found |= {comment_id: (name, body) for comment_id, name, body in rows}
    return found


_OLDEST_RUNNING = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_NEXT = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


def _put(session: Session, statements: Mapping[str, Any], rows: Sequence[Row]) -> None:
    if rows:
        session.execute(
            statements[session.get_bind().dialect.name],
            [
                {"comment": row.comment_id, "site": row.site_id, "packed": row.packed}
                for row in rows
            ],
        )


def _newest(site_id: Any) -> Select[int]:
    query = select(func.coalesce(func.max(CommentFacts.stamp), 0))
    return query.where(CommentFacts.site_id == site_id)


def _addition(insert: Any, stamp: Any) -> Any:
    return insert(CommentFacts.__table__).values(
        comment_id=bindparam("comment"),
        site_id=bindparam("site"),
        stamp=stamp,
        packed=bindparam("packed"),
    )


def _replacement(addition: Any) -> Any:
    new = {name: addition.excluded[name] for name in ("stamp", "packed")}
    return addition.on_conflict_do_update(index_elements=["comment_id"], set_=new)


# Put together once: that takes longer than running them.
_TRANSACTION: ColumnElement[int] = literal_column("pg_current_xact_id()::text::bigint")
_ADD = {
    "postgresql": _addition(postgresql.insert, _TRANSACTION),
    "sqlite": _addition(sqlite.insert, _newest(bindparam("site")).scalar_subquery() + 1),
}
_KEEP = {dialect: _replacement(addition) for dialect, addition in _ADD.items()}


def _all(session: Session, query: Select[bytes]) -> bytes:
    # From the driver's own cursor: a row object for each of a million takes five times as long.
    result = session.connection().execute(query)
    packed: list[bytes] = []
    while rows := result.cursor.fetchmany(_BATCH):
        packed += [row for (row,) in rows]
    result.close()
    return b"".join(packed)


def _copied(session: Session, site_id: str) -> bytes:
    """All of a site's rows from PostgreSQL, without an object for each in server or driver.

    The format is the one of "COPY", section "Binary Format", in PostgreSQL's manual: a head,
    before each row its number of fields (two bytes) and the field's length (four), and two
    bytes at the end.
    """
    connection = session.connection()
    driver: Any = connection.dialect.loaded_dbapi
    cursor: Any = connection.connection.cursor()
    raw = bytearray()
    try:
        with cursor, cursor.copy(_COPY, (site_id,)) as blocks:
            for block in blocks:
                raw += block
    except driver.Error as error:
        # Past SQLAlchemy, so it is given the form that callers know here.
        raise DBAPIError.instance(_COPY, None, error, driver.Error, hide_parameters=True) from error
    row = np.dtype([("frame", "V6"), ("packed", f"V{SIZE}")])
    count = (len(raw) - _COPY_HEAD) // row.itemsize
    return np.frombuffer(raw, row, count, _COPY_HEAD)["packed"].tobytes()
