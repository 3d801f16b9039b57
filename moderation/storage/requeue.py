"""Which waiting comments nothing but a policy has touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from models import Comment, ModerationLog
from moderation.domain.statuses import POLICY, QUEUED


def untouched(session: Session, site_id: str, now: datetime, limit: int) -> Sequence[Comment]:
    """Comments that wait since a policy held them, oldest first.

    The newest step is the policy's, they are not marked for admins, and nobody holds them.
    """
    step = aliased(ModerationLog)
    newest = select(func.max(step.version)).where(step.comment_id == Comment.id).scalar_subquery()
    return session.scalars(
        select(Comment)
        .join(
            ModerationLog,
            (ModerationLog.comment_id == Comment.id) & (ModerationLog.version == newest),
        )
        .where(
            Comment.site_id == site_id,
            Comment.status == QUEUED,
            ~Comment.escalated,
            or_(Comment.claimed_by.is_(None), Comment.claim_expires_at < now),
            ModerationLog.actor == POLICY,
        )
        .order_by(Comment.created_at, Comment.id)
        .limit(limit)
    ).all()
