"""Claims on waiting comments: leases that run out by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Comment
from moderation.storage import queue
from moderation.storage.queue_filter import WAITING, QueueFilter, unclaimed


@dataclass(frozen=True)
class Holder:
    """Who claims, and until when."""

    key: str
    name: str
    expires_at: datetime


def claim(
    session: Session, wanted: QueueFilter, holder: Holder, now: datetime, limit: int
) -> list[str]:
    """Lease comments that nobody holds, in queue order; two callers never get the same.

    Looks through the queue a stretch at a time until there are enough or it ends.

    Returns:
        ids of the claimed comments, in no particular order.
    """
    wanted = queue.prepared(session, replace(wanted, unheld_at=now))
    # What others lock at this moment is skipped, so more than the limit is walked.
    size = queue.STRETCH if wanted.looks_up or wanted.few else 3 * limit + 10
    got: list[str] = []
    after: list[Any] | None = None
    while True:
        walked = queue.walk(wanted, after, size)
        # Asked before anything is leased: what is leased is not in the walk any more.
        end = queue.end_of_walk(session, wanted, walked, size) if wanted.looks_up else None
        got += _lease(session, wanted, walked, holder, now, limit - len(got))
        if len(got) >= limit or end is None:
            return got
        after = end


def _lease(
    session: Session, wanted: QueueFilter, walked: Any, holder: Holder, now: datetime, limit: int
) -> list[str]:
    free = (
        queue.chosen(wanted, walked)
        .where(unclaimed(now))
        .limit(limit)
        .with_only_columns(Comment.id)
        .with_for_update(skip_locked=True, of=Comment)
        # A common table expression is evaluated once; a plain subquery may be run again
        # for each row and would lock more than the limit.
        .cte("free")
    )
    statement = (
        update(Comment)
        .where(Comment.id.in_(select(free.c.id)), WAITING, unclaimed(now))
        .values(claimed_by=holder.key, claimed_name=holder.name, claim_expires_at=holder.expires_at)
        .returning(Comment.id)
        .execution_options(synchronize_session=False)
    )
    return list(session.scalars(statement))


def held_by(session: Session, key: str, now: datetime) -> Sequence[Comment]:
    """Waiting comments that a reviewer holds now."""
    return session.scalars(
        select(Comment)
        .where(Comment.claimed_by == key, Comment.claim_expires_at > now, WAITING)
        .order_by(Comment.created_at, Comment.id)
    ).all()
