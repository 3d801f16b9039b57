"""Queries of a page's tree of comments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Comment
from moderation.domain.statuses import PUBLISHED
from moderation.domain.thread_order import Spot


def tree_of(session: Session, page_id: str) -> list[Spot]:
    """Where each comment of a page stands, shown or not; texts are not read."""
    rows = session.execute(
        select(Comment.id, Comment.parent_id, Comment.created_at, Comment.status).where(
            Comment.page_id == page_id
        )
    )
    return [Spot(row.id, row.parent_id, row.created_at, row.status == PUBLISHED) for row in rows]


def by_ids(session: Session, ids: Sequence[str]) -> dict[str, Comment]:
    """Comments by id."""
    return {row.id: row for row in session.scalars(select(Comment).where(Comment.id.in_(ids)))}
