"""Counts beside the queue, each up to a bound: none of them reads a whole table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from models import Comment, WaitingReason
from moderation.domain.leases import LONGEST_CLAIM, beyond
from moderation.storage.queue_filter import WAITING, QueueFilter, in_order

_Claims = Sequence[Row[str | None, str | None, int]]


def _bounded(query: Select[Any], most: int) -> Select[int]:
    return select(func.count()).select_from(query.limit(most).subquery())


def total(session: Session, wanted: QueueFilter, most: int) -> int:
    """How many wait, counted up to ``most``."""
    return session.scalar(_bounded(select(Comment.id).where(*in_order(wanted)), most)) or 0


def by_site(session: Session, site_ids: Sequence[str], most: int) -> dict[str, int]:
    """How many wait on each site, counted up to ``most`` each."""
    if not site_ids:
        return {}
    counts = [
        _bounded(select(Comment.id).where(WAITING, Comment.site_id == site_id), most)
        for site_id in site_ids
    ]
    row = session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return dict(zip(site_ids, row, strict=True))


def by_reason(
    session: Session, wanted: QueueFilter, codes: Sequence[str], most: int
) -> dict[str, int]:
    """How many wait for each reason, counted up to ``most`` each."""
    counts = []
    for code in codes:
        query = select(WaitingReason.comment_id).where(WaitingReason.code == code)
        if wanted.site_ids is not None:
            query = query.where(WaitingReason.site_id.in_(sorted(wanted.site_ids)))
        counts.append(_bounded(query, most))
    row = session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return dict(zip(codes, row, strict=True))


def came_since(session: Session, site_ids: frozenset[str] | None, first_id: str, most: int) -> int:
    """How many comments have come since an id, whatever became of them, up to ``most``."""
    query = select(Comment.id).where(Comment.id >= first_id)
    if site_ids is not None:
        query = query.where(Comment.site_id.in_(sorted(site_ids)))
    return session.scalar(_bounded(query, most)) or 0


def held(session: Session, wanted: QueueFilter, now: datetime) -> _Claims:
    """Who holds how many now: key, name, count."""
    return session.execute(
        select(Comment.claimed_by, func.max(Comment.claimed_name), func.count())
        .where(
            Comment.claimed_by.is_not(None),
            Comment.claim_expires_at.between(now, beyond(now, LONGEST_CLAIM)),
            *in_order(wanted),
        )
        .group_by(Comment.claimed_by)
    ).all()
