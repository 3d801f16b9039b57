"""The scoring jobs: rows claimed with a lease, so that a dead worker loses nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from models import Comment, ScoringJob


def claim_due(
    session: Session, now: datetime, lease_until: datetime, limit: int
) -> Sequence[ScoringJob]:
    """Claim jobs that are due and that nobody works on; each caller gets different ones."""
    chosen = (
        select(ScoringJob.comment_id)
        .where(ScoringJob.due_at <= now, _is_free(now))
        .order_by(ScoringJob.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return session.scalars(
        update(ScoringJob)
        .where(
            ScoringJob.comment_id.in_(select(chosen.c.comment_id)),
            _is_free(now),
        )
        .values(lease_until=lease_until, attempts=ScoringJob.attempts + 1)
        .returning(ScoringJob)
        .execution_options(synchronize_session=False)
    ).all()


def is_any_due(session: Session, now: datetime) -> bool:
    """Whether there is a job to claim."""
    query = select(ScoringJob.comment_id).where(ScoringJob.due_at <= now, _is_free(now)).limit(1)
    return session.scalar(query) is not None


def pending_before(session: Session, moment: datetime, limit: int) -> Sequence[str]:
    """Comments that have waited for a score since before a moment, whoever works on them."""
    return session.scalars(
        select(ScoringJob.comment_id)
        .join(Comment, Comment.id == ScoringJob.comment_id)
        .where(Comment.status == "pending", ScoringJob.created_at <= moment)
        .order_by(ScoringJob.created_at)
        .limit(limit)
    ).all()


def put_off(session: Session, ids: Iterable[str], due_at: datetime, error: str) -> None:
    """Give claimed jobs back, to be tried again later."""
    session.execute(
        update(ScoringJob)
        .where(ScoringJob.comment_id.in_(list(ids)))
        .values(lease_until=None, due_at=due_at, last_error=error[:300])
        .execution_options(synchronize_session=False)
    )


def finish(session: Session, comment_id: str) -> None:
    """The comment needs no scoring any more."""
    session.execute(
        delete(ScoringJob)
        .where(ScoringJob.comment_id == comment_id)
        .execution_options(synchronize_session=False)
    )


def count_waiting(session: Session, most: int) -> int:
    """How many comments wait to be scored, counted up to ``most``."""
    waiting = select(ScoringJob.comment_id).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(ScoringJob.lease_until.is_(None), ScoringJob.lease_until <= now)
