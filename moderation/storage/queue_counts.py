"""Counts beside the queue, each up to a bound: none of them reads a whole table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from models import Comment
from moderation.domain.leases import LONGEST_CLAIM, beyond
from moderation.storage.queue import SITES_MERGED, walk
from moderation.storage.queue_filter import WAITING, QueueFilter, waiting_for

_CLAIMS_MAX: Final = 5_000
# A row has at most 1,664 columns in PostgreSQL and 2,000 in SQLite.
_SITES_AT_ONCE: Final = 500

_Claims = Sequence[Row[str | None, str | None, int]]


def _bounded(query: Select[Any], most: int) -> Select[int]:
    return select(func.count()).select_from(query.limit(most).subquery())


def total(session: Session, wanted: QueueFilter, most: int) -> int:
    """How many wait, counted up to ``most``."""
    if wanted.site_ids and not wanted.few and len(wanted.site_ids) <= SITES_MERGED:
        return min(most, sum(by_site(session, sorted(wanted.site_ids), most).values()))
    walked = walk(replace(wanted, sort="oldest"), None, most)
    return session.scalar(select(func.count()).select_from(walked)) or 0


def by_site(session: Session, site_ids: Sequence[str], most: int) -> dict[str, int]:
    """How many wait on each site, counted up to ``most`` each."""
    found: dict[str, int] = {}
    for start in range(0, len(site_ids), _SITES_AT_ONCE):
        found |= _by_site(session, site_ids[start : start + _SITES_AT_ONCE], most)
    return found


def _by_site(session: Session, site_ids: Sequence[str], most: int) -> dict[str, int]:
    counts = [
        _bounded(
            select(Comment.id)
            .where(WAITING, Comment.site_id == site_id)
            .order_by(Comment.created_at, Comment.id),
            most,
        )
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
        counts.append(_bounded(waiting_for(wanted, code), most))
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
    # A subquery with a limit is worked out by itself: by the index of claims.
    claims = (
        select(Comment.id, Comment.claimed_by, Comment.claimed_name, Comment.site_id)
        .where(
            Comment.claimed_by.is_not(None),
            Comment.claim_expires_at.between(now, beyond(now, LONGEST_CLAIM)),
        )
        .limit(_CLAIMS_MAX)
        .subquery()
    )
    query = select(claims.c.claimed_by, func.max(claims.c.claimed_name), func.count())
    if wanted.site_ids is not None:
        query = query.where(claims.c.site_id.in_(sorted(wanted.site_ids)))
    return session.execute(query.group_by(claims.c.claimed_by)).all()
