"""Queries of the moderation log and of kept highlights."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ModerationLog


def of_comment(session: Session, comment_id: str) -> Sequence[ModerationLog]:
    """All that happened to a comment, oldest first."""
    return session.scalars(
        select(ModerationLog)
        .where(ModerationLog.comment_id == comment_id)
        .order_by(ModerationLog.version, ModerationLog.id)
    ).all()


def find(session: Session, entry_id: str) -> ModerationLog | None:
    """One entry by id."""
    return session.get(ModerationLog, entry_id)


def of_batch(session: Session, batch_id: str) -> Sequence[ModerationLog]:
    """The decisions made in one bulk call."""
    return session.scalars(
        select(ModerationLog)
        .where(ModerationLog.batch_id == batch_id, ModerationLog.undoes_id.is_(None))
        .order_by(ModerationLog.id)
    ).all()
