"""Queries over all comments, a window of the newest at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import Comment
from moderation.storage.queue_filter import literal_pattern


@dataclass(frozen=True)
class SearchFilter:
    """Which comments.

    Attributes:
        site_ids: only these sites; None means every site.
        q: text that name, email or body contain, letter case aside.
        status: only comments in this status.
        before: only comments older than this id.
    """

    site_ids: frozenset[str] | None
    q: str | None
    status: str | None
    before: str | None


def _window(wanted: SearchFilter, size: int) -> Select[str]:
    query = select(Comment.id)
    if wanted.site_ids is not None:
        query = query.where(Comment.site_id.in_(sorted(wanted.site_ids)))
    if wanted.before is not None:
        query = query.where(Comment.id < wanted.before)
    return query.order_by(Comment.id.desc()).limit(size)


def in_window(session: Session, wanted: SearchFilter, window: int, limit: int) -> Sequence[Comment]:
    """Matching comments among the newest ``window``, newest first."""
    query = select(Comment).where(Comment.id.in_(_window(wanted, window)))
    if wanted.q:
        query = query.where(Comment.search_text.like(literal_pattern(wanted.q), escape="\\"))
    if wanted.status:
        query = query.where(Comment.status == wanted.status)
    return session.scalars(query.order_by(Comment.id.desc()).limit(limit)).all()


def end_of_window(session: Session, wanted: SearchFilter, window: int) -> str | None:
    """The oldest id in the window; None when the window holds all there is."""
    inside = _window(wanted, window).subquery()
    count, oldest = session.execute(select(func.count(), func.min(inside.c.id))).one()
    return oldest if count == window else None
