"""Queries of blind items: what is open, what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from models import BlindItem, Comment, Page


def open_items(
    session: Session, site_ids: frozenset[str] | None, reader: str, after: str, limit: int
) -> Sequence[tuple[BlindItem, str, Page]]:
    """Open items with body and page, in the order of their random ids, behind a given one.

    Args:
        site_ids: only these sites'; None is all.
        reader: whoever decided first does not judge a second time.
    """
    query = (
        select(BlindItem, Comment.body, Page)
        .join(Comment, Comment.id == BlindItem.comment_id)
        .join(Page, Page.id == Comment.page_id)
        .where(
            BlindItem.verdict.is_(None),
            BlindItem.id > after,
            or_(BlindItem.first_key.is_(None), BlindItem.first_key != reader),
        )
    )
    if site_ids is not None:
        query = query.where(BlindItem.site_id.in_(sorted(site_ids)))
    rows = session.execute(query.order_by(BlindItem.id).limit(limit)).all()
    return [(item, body, page) for item, body, page in rows]


def judge(session: Session, item_id: str, values: dict[str, Any]) -> bool:
    """Write a verdict; False where somebody else's was first."""
    result = session.execute(
        update(BlindItem)
        .where(BlindItem.id == item_id, BlindItem.verdict.is_(None))
        .values(**values)
        .returning(BlindItem.id)
        .execution_options(synchronize_session=False)
    )
    return result.scalar_one_or_none() is not None


def drop_open(session: Session, comment_id: str) -> None:
    """Take back what has not been judged: the text is another one, or gone."""
    _delete(session, BlindItem.comment_id == comment_id, BlindItem.verdict.is_(None))


def drop_second(session: Session, decision_id: str) -> None:
    """Take back the second review of a decision that was undone."""
    _delete(session, BlindItem.decision_id == decision_id)


def of_comment(session: Session, comment_id: str) -> Sequence[BlindItem]:
    """The judged items of one comment, oldest first."""
    return session.scalars(
        select(BlindItem)
        .where(BlindItem.comment_id == comment_id, BlindItem.verdict.is_not(None))
        .order_by(BlindItem.judged_at, BlindItem.id)
    ).all()


def second_verdicts(
    session: Session, site_id: str, since: datetime, limit: int
) -> Sequence[tuple[str, str, str, str, list[str]]]:
    """Names and verdicts of first and second judges, and the comment's reasons, newest first."""
    rows = session.execute(
        select(
            BlindItem.first_name,
            BlindItem.by_name,
            BlindItem.first_verdict,
            BlindItem.verdict,
            BlindItem.reasons,
        )
        .where(
            BlindItem.site_id == site_id,
            BlindItem.kind == "second",
            BlindItem.judged_at >= since,
        )
        .order_by(BlindItem.judged_at.desc(), BlindItem.id)
        .limit(limit)
    ).all()
    return [
        (one or "", two or "", first or "", second or "", reasons)
        for one, two, first, second, reasons in rows
    ]


def _delete(session: Session, *conditions: Any) -> None:
    session.execute(
        delete(BlindItem).where(*conditions).execution_options(synchronize_session=False)
    )
