"""The queue: what waits for a person, and who is looking at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from models import Comment
from moderation.domain.principals import Principal
from moderation.domain.site_settings import SiteSettings
from moderation.services.appeal_rules import barred_from
from moderation.services.clock import Clock
from moderation.services.once import once_key, write_once
from moderation.services.reach import own_site
from moderation.services.review_items import review_items
from moderation.services.views import ReviewItem
from moderation.storage import claims, queue, queue_filter, sites
from moderation.storage.claims import Holder
from moderation.storage.queue_filter import QueueFilter
from moderation.storage.unit_of_work import Store

CLAIM_MAX: Final = 50
SORTS: Final = queue_filter.SORTS
HOLDERS: Final = ("me", "nobody")
NEWER_MAX: Final = 99
LOOKED_THROUGH: Final = queue.STRETCH


@dataclass(frozen=True)
class QueueQuery:
    """What a reviewer asks the queue for; see :class:`moderation.storage.queue_filter.QueueFilter`.

    Attributes:
        holder: ``me`` for what one holds, ``nobody`` for what nobody does, None for all.
    """

    site: str | None = None
    label: str | None = None
    min_score: float | None = None
    max_score: float | None = None
    reason: str | None = None
    q: str | None = None
    ids: tuple[str, ...] | None = None
    sort: str = "priority"
    holder: str | None = None
    escalated: bool = False


@dataclass(frozen=True)
class QueuePage:
    """A part of the queue, and the sort keys behind which the next part begins.

    Where comments had to be looked at one by one, a part may hold few or none of them
    although there is a next one.
    """

    items: tuple[ReviewItem, ...]
    next_after: tuple[Any, ...] | None


class ReviewQueue:
    """Lists and leases what waits on the caller's sites."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def page(
        self, principal: Principal, query: QueueQuery, after: Sequence[Any] | None, limit: int
    ) -> QueuePage:
        """One page of the queue in the wanted order.

        Raises:
            NotFound: the wanted site is not one of the caller's.
        """
        with self._store.read() as session:
            wanted = filter_of(session, principal, query, self._clock())
            part = queue.waiting(session, wanted, after, limit)
            items = review_items(session, part.rows, principal, self._clock())
        return QueuePage(items, tuple(part.onward) if part.onward else None)

    def claim(
        self, principal: Principal, query: QueueQuery, limit: int, key: str | None = None
    ) -> tuple[ReviewItem, ...]:
        """Lease up to ``limit`` comments that nobody holds, in queue order.

        An appeal against the caller's own rejection is left to a colleague.

        Args:
            key: the client's Idempotency-Key, if it sent one.

        Raises:
            NotFound: the wanted site is not one of the caller's.
        """
        once = once_key(principal, "claim", key, [asdict(query), limit]) if key else None
        return write_once(
            self._store,
            self._clock,
            once,
            lambda session: self._claim(session, principal, query, limit),
            lambda items: {"ids": [item.id for item in items]},
            lambda kept: (
                self.page(
                    principal, QueueQuery(ids=tuple(kept["ids"]), sort=query.sort), None, limit
                ).items
            ),
        )

    def _claim(
        self, session: Session, principal: Principal, query: QueueQuery, limit: int
    ) -> tuple[ReviewItem, ...]:
        now = self._clock()
        wanted = filter_of(session, principal, query, now)
        holder = Holder(principal.key, principal.name, now + timedelta(days=1))
        wanted = replace(wanted, without=barred_from(session, principal))
        ids = claims.claim(session, wanted, holder, now, limit)
        found = QueueFilter(ids=tuple(ids), sort=query.sort, label=query.label)
        rows = queue.waiting(session, found, None, limit).rows
        _set_leases(session, rows, now)
        return review_items(session, rows, principal, now)

    def newer(self, principal: Principal, query: QueueQuery, since: datetime) -> int:
        """How many comments have come since a list was made, counted up to 99.

        Raises:
            NotFound: the wanted site is not one of the caller's.
        """
        with self._store.read() as session:
            wanted = filter_of(session, principal, query, self._clock())
            return queue.newer(session, wanted, since, NEWER_MAX)

    def renew(self, principal: Principal) -> tuple[ReviewItem, ...]:
        """Extend all leases that the caller still holds."""
        now = self._clock()
        with self._store.write() as session:
            rows = claims.held_by(session, principal.key, now)
            _set_leases(session, rows, now)
            return review_items(session, rows, principal, now)

    def release(self, principal: Principal, ids: Sequence[str] | None = None) -> int:
        """Give leases back; all of the caller's, or those of some comments.

        Returns:
            how many were given back.
        """
        with self._store.write() as session:
            rows = claims.held_by(session, principal.key, self._clock())
            given = [row for row in rows if ids is None or row.id in ids]
            for row in given:
                row.claimed_by = row.claimed_name = row.claim_expires_at = None
            return len(given)


def filter_of(
    session: Session, principal: Principal, query: QueueQuery, now: datetime
) -> QueueFilter:
    """The query as the storage asks it, cut to the caller's sites.

    Raises:
        NotFound: the wanted site is not one of the caller's.
    """
    site_ids = None if principal.is_admin else principal.site_ids
    if query.site is not None:
        site_ids = frozenset({own_site(session, principal, query.site).id})
    return QueueFilter(
        site_ids,
        query.label,
        query.min_score,
        query.max_score,
        query.reason,
        query.q,
        query.ids,
        query.sort,
        principal.key if query.holder == "me" else None,
        now if query.holder == "nobody" else None,
        query.escalated,
    )


def _set_leases(session: Session, rows: Sequence[Comment], now: datetime) -> None:
    """Let each lease last as long as its site says."""
    site_rows = sites.by_ids(session, {row.site_id for row in rows})
    for row in rows:
        settings = SiteSettings(**site_rows[row.site_id].settings)
        row.claim_expires_at = now + timedelta(seconds=settings.lease_s)
    session.flush()
