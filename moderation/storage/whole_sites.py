"""Queries that go through all comments of a site, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models import Comment, Page
from moderation.domain.statuses import ERASED


def of_site(session: Session, site_id: str, after: str, limit: int) -> Sequence[Comment]:
    """A site's comments that are not erased, by id, behind a given one."""
    query = select(Comment).where(
        Comment.site_id == site_id, Comment.status != ERASED, Comment.id > after
    )
    return session.scalars(query.order_by(Comment.id).limit(limit)).all()


def of_page(
    session: Session, page_id: str, after: tuple[datetime, str] | None, limit: int
) -> Sequence[Comment]:
    """A page's comments that are not erased, oldest first, behind a given time and id."""
    query = select(Comment).where(Comment.page_id == page_id, Comment.status != ERASED)
    if after is not None:
        at, comment_id = after
        query = query.where(
            or_(Comment.created_at > at, and_(Comment.created_at == at, Comment.id > comment_id))
        )
    return session.scalars(query.order_by(Comment.created_at, Comment.id).limit(limit)).all()


def by_ids(session: Session, ids: Iterable[str]) -> Sequence[Comment]:
    """Those of these comments that are not erased."""
    query = select(Comment).where(Comment.id.in_(list(ids)), Comment.status != ERASED)
    return session.scalars(query).all()


def pages_of(session: Session, site_id: str, after: str, limit: int) -> Sequence[Page]:
    """A site's pages by id, behind a given one."""
    query = select(Page).where(Page.site_id == site_id, Page.id > after)
    return session.scalars(query.order_by(Page.id).limit(limit)).all()
