"""What a waiting comment is found by besides its own columns: reasons, keys of its text."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from models import Comment, TextBand, WaitingReason
from moderation.domain.near_text import bands
from moderation.domain.statuses import QUEUED

ESCALATED: Final = "escalated"
"""Stands among the reasons of a comment that a moderator has passed on to admins."""


def keep(session: Session, comment: Comment) -> None:
    """Bring the keys in line with the comment's status, reasons and text."""
    forget(session, comment.id)
    if comment.status != QUEUED:
        return
    own = {"comment_id": comment.id, "site_id": comment.site_id}
    codes = [*comment.reasons, ESCALATED] if comment.escalated else comment.reasons
    reasons = [{**own, "code": code} for code in dict.fromkeys(codes)]
    if reasons:
        session.execute(insert(WaitingReason), reasons)
    found = [
        {**own, "band": band, "value": value} for band, value in enumerate(bands(comment.body))
    ]
    if found:
        session.execute(insert(TextBand), found)


def forget(session: Session, comment_id: str) -> None:
    """The comment does not wait any more."""
    for table in (WaitingReason, TextBand):
        session.execute(
            delete(table)
            .where(table.comment_id == comment_id)
            .execution_options(synchronize_session=False)
        )
