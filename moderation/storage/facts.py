"""Queries of the packed facts: writing one comment's, reading a site's that changed.

Each write stamps its row so that a reader who keeps the rows asks only for newer stamps and
misses none. On PostgreSQL the stamp is the transaction's id: a reader goes on from the oldest
transaction that was still running when it read last. SQLite has one writer at a time, so a
site's counter does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    bindparam,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from models import Comment, CommentFacts

_BATCH = 20_000


class Changes(NamedTuple):
    """Rows written since a stamp.

    Attributes:
        packed: the rows' bytes, some perhaps read before.
        next_stamp: where to go on.
    """

    packed: Sequence[bytes]
    next_stamp: int


def keep(session: Session, site_id: str, comment_id: str, packed: bytes) -> None:
    """Store a comment's facts in place of any before."""
    stamp = _stamp(session, site_id)
    changed = session.execute(
        update(CommentFacts)
        .where(CommentFacts.comment_id == comment_id)
        .values(packed=packed, stamp=stamp)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        add(session, site_id, comment_id, packed)


def add(session: Session, site_id: str, comment_id: str, packed: bytes) -> None:
    """Store the facts of a comment that has none."""
    on_postgres = session.get_bind().dialect.name == "postgresql"
    session.execute(
        _ADD_ON_POSTGRES if on_postgres else _ADD_ON_SQLITE,
        {"comment": comment_id, "site": site_id, "packed": packed},
    )


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
        # All at once would be held twice, by the driver and here; changes are few.
        return Changes(_all(session, query, on_server=stamp is None), low)
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


def _stamp(session: Session, site_id: str) -> Any:
    if session.get_bind().dialect.name == "postgresql":
        return _TRANSACTION
    return _newest(site_id).scalar_subquery() + 1


def _newest(site_id: Any) -> Select[int]:
    query = select(func.coalesce(func.max(CommentFacts.stamp), 0))
    return query.where(CommentFacts.site_id == site_id)


def _addition(stamp: Any) -> Insert:
    return insert(CommentFacts.__table__).values(  # type: ignore[arg-type]
        comment_id=bindparam("comment"),
        site_id=bindparam("site"),
        stamp=stamp,
        packed=bindparam("packed"),
    )


# Put together once: that takes longer than running them.
_TRANSACTION: ColumnElement[int] = literal_column("pg_current_xact_id()::text::bigint")
_ADD_ON_POSTGRES = _addition(_TRANSACTION)
_ADD_ON_SQLITE = _addition(_newest(bindparam("site")).scalar_subquery() + 1)


def _all(session: Session, query: Select[bytes], *, on_server: bool = False) -> list[bytes]:
    # From the driver's own cursor: a row object for each of a million takes five times as long.
    options = {"stream_results": on_server}
    result = session.connection().execute(query, execution_options=options)
    # A cursor on the server comes with its first row already fetched.
    packed: list[bytes] = [row.packed for row in result.fetchmany(1)] if on_server else []
    if result.cursor is not None:
        while rows := result.cursor.fetchmany(_BATCH):
            packed += [row for (row,) in rows]
    result.close()
    return packed
