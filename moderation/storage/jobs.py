"""The scoring jobs: rows claimed with a lease, so that a dead worker loses nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from models import Comment, ScoringJob
from moderation.domain import leases


def claim_due(session: Session, now: datetime, limit: int) -> Sequence[ScoringJob]:
    """Claim jobs that are due and that nobody works on; each caller gets different ones.

    Times far ahead were written before the clock was set back: such a job is due, and such
    a lease is over (``domain/leases.py``).
    """
    chosen = (
        select(ScoringJob.comment_id)
        .where(_is_due(now))
        .order_by(ScoringJob.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return session.scalars(
        update(ScoringJob)
        .where(
            ScoringJob.comment_id.in_(select(chosen.c.comment_id)),
            _is_due(now),
        )
        .values(lease_until=now + leases.SCORING, attempts=ScoringJob.attempts + 1)
        .returning(ScoringJob)
        .execution_options(synchronize_session=False)
    ).all()


def is_any_due(session: Session, now: datetime) -> bool:
    """Whether there is a job to claim."""
    query = select(ScoringJob.comment_id).where(_is_due(now)).limit(1)
    return session.scalar(query) is not None


def pending_outside(
    session: Session, earliest: datetime, latest: datetime, limit: int
) -> Sequence[str]:
    """Comments whose wait for a score did not begin between two moments, whoever works on them.

    Before the first they have waited too long; after the second the clock was set back,
    and nobody knows how long they have waited.
    """
    return session.scalars(
        select(ScoringJob.comment_id)
        .join(Comment, Comment.id == ScoringJob.comment_id)
        .where(
            Comment.status == "pending",
            or_(ScoringJob.created_at <= earliest, ScoringJob.created_at > latest),
        )
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


def finish(session: Session, comment_ids: Sequence[str]) -> None:
    """The comments need no scoring any more."""
    session.execute(
        delete(ScoringJob)
        .where(ScoringJob.comment_id.in_(comment_ids))
        .execution_options(synchronize_session=False)
    )


def count_waiting(session: Session, most: int) -> int:
    """How many comments wait to be scored, counted up to ``most``."""
    waiting = select(ScoringJob.comment_id).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def _is_due(now: datetime) -> ColumnElement[bool]:
    impossible = leases.beyond(now, leases.SCORING)
    free = or_(
        ScoringJob.lease_until.is_(None),
        ScoringJob.lease_until <= now,
        ScoringJob.lease_until > impossible,
    )
    return and_(or_(ScoringJob.due_at <= now, ScoringJob.due_at > impossible), free)
