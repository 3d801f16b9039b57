"""How the work stands: what waits, what was decided, how the scorer is."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from moderation.domain.ids import first_id
from moderation.domain.intervals import FEWEST
from moderation.domain.principals import Principal
from moderation.domain.reasons import REASONS
from moderation.domain.site_settings import SiteSettings
from moderation.services.clock import Clock
from moderation.services.review_queue import QueueQuery, filter_of
from moderation.services.review_views import (
    DecidedDay,
    DecidedReason,
    Facets,
    Overview,
    ScorerState,
    Undoable,
)
from moderation.services.scoring_health import ScoringSpeed
from moderation.storage import history, jobs, queue, queue_counts, sites
from moderation.storage.history import Decided
from moderation.storage.unit_of_work import Store
from moderation.storage.waiting_keys import ESCALATED

FACETS_MAX: Final = 1_000
FACET_MAX: Final = 100
SITES_MAX: Final = 50
DAYS: Final = 14
DECISIONS_MAX: Final = 20_000
_LONGEST_UNDO: Final = timedelta(days=1)
_TO_SCORE_MAX: Final = 100
CAME_MAX: Final = 1_000


class Oversee:
    """Numbers for the overview and the rail; none of them counts a whole table.

    Args:
        scorer_status: whether the scorer is ready, and a sentence about it.
        speed: how fast it has answered lately.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        scorer_status: Callable[[], tuple[bool, str]],
        speed: Callable[[], ScoringSpeed],
    ) -> None:
        self._store = store
        self._clock = clock
        self._scorer_status = scorer_status
        self._speed = speed

    def facets(self, principal: Principal, query: QueueQuery | None = None) -> Facets:
        """What waits: the first thousand of all, the first hundred by site and reason.

        Raises:
            NotFound: the wanted site is not one of the caller's.
        """
        with self._store.read() as session:
            return self._facets(session, principal, query or QueueQuery())

    def overview(self, principal: Principal, site: str | None = None) -> Overview:
        """All numbers of the overview page.

        Raises:
            NotFound: the wanted site is not one of the caller's.
        """
        now = self._clock()
        with self._store.read() as session:
            facets = self._facets(session, principal, QueueQuery(site=site))
            wanted = filter_of(session, principal, QueueQuery(site=site), now)
            first = (now - timedelta(days=DAYS - 1)).date()
            since = datetime.combine(first, datetime.min.time(), now.tzinfo)
            rows = history.people_decisions(session, wanted.site_ids, since, DECISIONS_MAX)
            to_score = jobs.count_waiting(session, _TO_SCORE_MAX)
            a_day_ago = first_id(now - timedelta(days=1))
            came = queue_counts.came_since(session, wanted.site_ids, a_day_ago, CAME_MAX)
        ready, detail = self._scorer_status()
        days = tuple(_day(first + timedelta(days=place), rows) for place in range(DAYS))
        half, most = _within([_minutes(row) for row in rows])
        most = most if len(rows) >= FEWEST else None
        scorer = ScorerState(ready, detail, to_score, came, self._speed())
        yesterday = _decided_by_now(rows, now - timedelta(days=1))
        return Overview(facets, days, half, most, yesterday, _by_reason(rows), scorer)

    def undoable(self, principal: Principal, limit: int = 10) -> tuple[Undoable, ...]:
        """The caller's own decisions that can still be taken back, newest first."""
        now = self._clock()
        with self._store.read() as session:
            rows = history.latest_by(session, principal.key, now - _LONGEST_UNDO, limit)
            site_rows = sites.by_ids(session, {log.site_id for log, _ in rows})
        found = []
        for log, comment in rows:
            settings = SiteSettings(**site_rows[log.site_id].settings)
            until = log.at + timedelta(seconds=settings.undo_s)
            if until >= now:
                found.append(Undoable(log.id, comment.id, log.action, comment.name, until))
        return tuple(found)

    def _facets(self, session: Session, principal: Principal, query: QueueQuery) -> Facets:
        now = self._clock()
        wanted = filter_of(session, principal, query, now)
        slugs = _slugs(session, wanted.site_ids)
        counted = queue_counts.total(session, wanted, FACETS_MAX + 1)
        by_site = queue_counts.by_site(session, list(slugs), FACET_MAX)
        codes = (*REASONS, ESCALATED)
        by_reason = queue_counts.by_reason(session, wanted, codes, FACET_MAX)
        escalated = by_reason.pop(ESCALATED)
        held = queue_counts.held(session, wanted, now)
        return Facets(
            counted=min(counted, FACETS_MAX),
            more=counted > FACETS_MAX,
            sites={slugs[site_id]: count for site_id, count in by_site.items()},
            reasons={code: count for code, count in by_reason.items() if count},
            mine=sum(count for key, _, count in held if key == principal.key),
            escalated=escalated,
            holders={name or "": count for key, name, count in held if key != principal.key},
            oldest_at=queue.oldest_at(session, wanted),
        )


def _slugs(session: Session, site_ids: frozenset[str] | None) -> dict[str, str]:
    """Slugs by id, of the first sites by name."""
    if site_ids is None:
        rows = sites.page_of_sites(session, None, SITES_MAX)
    else:
        rows = list(sites.by_ids(session, site_ids).values())
    return {row.id: row.slug for row in sorted(rows, key=lambda row: row.slug)[:SITES_MAX]}


def _minutes(row: Decided) -> float:
    return (row.at - row.came_at).total_seconds() / 60


def _day(day: date, rows: Sequence[Decided]) -> DecidedDay:
    own = [row for row in rows if row.at.date() == day]
    counts = Counter(row.action for row in own)
    half, most = _within([_minutes(row) for row in own])
    return DecidedDay(day, counts["approve"], counts["reject"], counts["spam"], half, most)


def _decided_by_now(rows: Sequence[Decided], moment: datetime) -> int:
    """How many were decided on the moment's day until then."""
    return sum(row.at.date() == moment.date() and row.at <= moment for row in rows)


def _by_reason(rows: Sequence[Decided]) -> tuple[DecidedReason, ...]:
    """What became of comments by what they were held for, the most frequent first."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        for code in row.reasons:
            counts.setdefault(code, Counter())[row.action] += 1
    found = [
        DecidedReason(code, count["approve"], count["reject"], count["spam"])
        for code, count in counts.items()
    ]
    return tuple(sorted(found, key=lambda reason: (-reason.decided, reason.code)))


def _within(minutes: Sequence[float]) -> tuple[float | None, float | None]:
    """The times within which half and nine in ten came."""
    if not minutes:
        return None, None
    ordered = sorted(minutes)
    ninth = ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))]
    return statistics.median(ordered), ninth
