"""Queries of a page's tree of comments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Comment
from moderation.domain.statuses import PUBLISHED
from moderation.domain.thread_order import Spot


def tree_of(session: Session, page_id: str) -> list[Spot]:
    """Where each comment of a page stands, shown or not, oldest first.

    Its index holds all of it, so that the rows with their texts are not read.
    """
    found = session.connection().execute(
        select(Comment.id, Comment.parent_id, Comment.status)
        .where(Comment.page_id == page_id)
        .order_by(Comment.created_at, Comment.id)
    )
    rows = found.all()
    return [
        Spot(comment_id, parent_id, status == PUBLISHED) for comment_id, parent_id, status in rows
    ]


def by_ids(session: Session, ids: Sequence[str]) -> dict[str, Comment]:
    """Comments by id."""
    return {row.id: row for row in session.scalars(select(Comment).where(Comment.id.in_(ids)))}
