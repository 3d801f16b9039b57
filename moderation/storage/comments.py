"""Queries of comments, as readers and submissions need them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from models import Comment, HighlightSet, Page, Score
from moderation.domain.scores import LABELS
from moderation.domain.statuses import ERASED, PUBLISHED, WITHDRAWN

# Statements of every submission are put together once: that takes longer than running them.
_BY_AUTHOR = (
    Comment.site_id == bindparam("site"),
    Comment.email_key == bindparam("email_key"),
)
SAME_TEXT = select(Comment.id).where(
    Comment.email_key == bindparam("email_key"),
    Comment.text_key == bindparam("key"),
    # Not NOT IN: its parameters are worked into the statement at each call.
    Comment.status != WITHDRAWN,
    Comment.status != ERASED,
)
LAST_SUBMITTED = (
    select(Comment.created_at).where(*_BY_AUTHOR).order_by(Comment.created_at.desc()).limit(1)
)
PUBLISHED_BEFORE = (
    select(func.count()).select_from(Comment).where(*_BY_AUTHOR, Comment.status == PUBLISHED)
)


def text_key(body: str) -> str:
    """Key by which the same text is recognised."""
    return hashlib.sha256(body.encode()).hexdigest()


def search_text(name: str, email: str, body: str) -> str:
    """What a moderator's search looks through, letter case folded."""
    return "\n".join((name, email, body)).casefold()


def find(session: Session, comment_id: str) -> Comment | None:
    """One comment by id."""
    return session.get(Comment, comment_id)


def find_locked(session: Session, comment_id: str) -> Comment | None:
    """One comment by id, as it is now and, until commit, stays."""
    return session.get(Comment, comment_id, with_for_update=True)


def by_ids(session: Session, ids: Iterable[str]) -> Sequence[Comment]:
    """Comments by id, those that are missing left out."""
    return session.scalars(select(Comment).where(Comment.id.in_(list(ids)))).all()


def find_duplicate(
    session: Session, page_id: str, email_key: str, parent_id: str | None, key: str
) -> str | None:
    """Id of a comment of the same author, page, parent and text, if there is one."""
    query = SAME_TEXT.where(Comment.page_id == page_id, Comment.parent_id == parent_id).limit(1)
    return session.scalar(query, {"email_key": email_key, "key": key})


@dataclass(frozen=True)
class PageOrder:
    """Where a reader's list goes on.

    Attributes:
        newest: newest first instead of oldest first.
        after: time and id of the last comment already shown.
    """

    newest: bool = False
    after: tuple[datetime, str] | None = None


def published(session: Session, page_id: str, order: PageOrder, limit: int) -> Sequence[Comment]:
    """Published comments of one page."""
    query = select(Comment).where(Comment.page_id == page_id, Comment.status == PUBLISHED)
    if order.after is not None:
        at, comment_id = order.after
        earlier = or_(
            Comment.created_at < at, and_(Comment.created_at == at, Comment.id < comment_id)
        )
        later = or_(
            Comment.created_at > at, and_(Comment.created_at == at, Comment.id > comment_id)
        )
        query = query.where(earlier if order.newest else later)
    keys = (
        (Comment.created_at.desc(), Comment.id.desc())
        if order.newest
        else (Comment.created_at, Comment.id)
    )
    return session.scalars(query.order_by(*keys).limit(limit)).all()


def newest_published(
    session: Session, site_id: str, page_id: str | None, limit: int
) -> Sequence[Comment]:
    """The newest published comments of a site, or of one of its pages."""
    query = select(Comment).where(Comment.site_id == site_id, Comment.status == PUBLISHED)
    if page_id is not None:
        query = query.where(Comment.page_id == page_id)
    return session.scalars(
        query.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(limit)
    ).all()


def published_counts(session: Session, page_ids: Iterable[str]) -> dict[str, int]:
    """Number of published comments by page id."""
    rows = session.execute(
        select(Comment.page_id, func.count())
        .where(Comment.page_id.in_(list(page_ids)), Comment.status == PUBLISHED)
        .group_by(Comment.page_id)
    )
    return {page_id: count for page_id, count in rows}


def scores_by_comment(session: Session, comments: Iterable[Comment]) -> dict[str, Score]:
    """The current score row of each comment that has one, by comment id."""
    ids = [comment.score_id for comment in comments if comment.score_id]
    rows = session.scalars(select(Score).where(Score.id.in_(ids)))
    return {row.comment_id: row for row in rows}


def score_values(row: Score | None) -> dict[str, float]:
    """Label to probability, of the labels that the model has."""
    if row is None:
        return {}
    values = {label: getattr(row, label) for label in LABELS}
    return {label: value for label, value in values.items() if value is not None}


def pages_by_id(session: Session, ids: Iterable[str]) -> dict[str, Page]:
    """Pages by id."""
    return {page.id: page for page in session.scalars(select(Page).where(Page.id.in_(set(ids))))}


def thread_around(session: Session, comment: Comment, limit: int) -> Sequence[Comment]:
    """What a moderator needs to read with a comment: its ancestors, then its replies."""
    ancestors: list[Comment] = []
    parent_id = comment.parent_id
    while parent_id and len(ancestors) < limit:
        parent = session.get(Comment, parent_id)
        if parent is None:
            break
        ancestors.insert(0, parent)
        parent_id = parent.parent_id
    replies = session.scalars(
        select(Comment)
        .where(Comment.parent_id == comment.id, Comment.status != ERASED)
        .order_by(Comment.created_at, Comment.id)
        .limit(limit)
    )
    return [*ancestors, *replies]


def _stale_scores(columns: Any, site_id: str | None, model: str, model_version: str) -> Select[Any]:
    query = (
        select(columns)
        .select_from(Comment)
        .outerjoin(Score, Score.id == Comment.score_id)
        .where(
            or_(
                Score.id.is_(None),
                Score.model != model,
                Score.model_version != model_version,
            ),
            Comment.status != ERASED,
            Comment.text_removed_at.is_(None),
        )
    )
    return query.where(Comment.site_id == site_id) if site_id else query


def count_to_rescore(session: Session, site_id: str | None, model: str, version: str) -> int:
    """How many comments the model has not scored."""
    return session.scalar(_stale_scores(func.count(), site_id, model, version)) or 0


def to_rescore(
    session: Session, site_id: str | None, model: str, version: str, after: str, limit: int
) -> Sequence[Comment]:
    """Comments that the model has not scored, by id, behind a given one."""
    query = _stale_scores(Comment, site_id, model, version).where(Comment.id > after)
    return session.scalars(query.order_by(Comment.id).limit(limit)).all()


def by_receipt(session: Session, receipt_key: str) -> Comment | None:
    """The comment whose receipt token has this hash."""
    return session.scalar(select(Comment).where(Comment.receipt_key == receipt_key))


def highlights_of(session: Session, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Kept passages of the present texts, by comment id."""
    rows = session.execute(
        select(HighlightSet.comment_id, HighlightSet.spans)
        .join(Comment, Comment.id == HighlightSet.comment_id)
        .where(HighlightSet.comment_id.in_(ids), HighlightSet.text_key == Comment.text_key)
    )
    return {comment_id: spans for comment_id, spans in rows}
