"""What waits, for how long, and whether the scorer works: the numbers of a dashboard.

Read from the database, so they are right however many processes there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from moderation.services.clock import Clock
from moderation.storage import backlog
from moderation.storage.unit_of_work import Store

SITES_MAX: Final = 200
OTHER_SITES: Final = "_other"


class Waiting(NamedTuple):
    """How many wait, and for how many seconds the oldest has."""

    number: int
    oldest_s: float


@dataclass(frozen=True)
class Backlog:
    """What waits now.

    Attributes:
        queued: held comments by site; the sites with fewest are counted together as
            ``_other`` where there are more than 200.
        unscored: comments that wait for their scores.
        undelivered: webhook events that are due, by site.
        endpoints: webhook endpoints by state.
        scorer_ready: whether this process can score.
    """

    queued: Mapping[str, Waiting]
    unscored: Waiting
    undelivered: Mapping[str, Waiting]
    endpoints: Mapping[str, int]
    scorer_ready: bool


class WatchBacklog:
    """Counts what waits.

    Args:
        scorer_status: whether it can score now, and what is wrong if not.
    """

    def __init__(
        self, store: Store, clock: Clock, scorer_status: Callable[[], tuple[bool, str]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._scorer_status = scorer_status

    def __call__(self) -> Backlog:
        """The state of this moment.

        Raises:
            Unavailable: the store cannot answer.
        """
        now = self._clock()
        with self._store.read() as session:
            queued = backlog.queued(session)
            unscored, since = backlog.unscored(session)
            undelivered = backlog.undelivered(session, now)
            endpoints = backlog.endpoint_states(session)
        return Backlog(
            queued=_by_site(queued, now),
            unscored=Waiting(unscored, _age(since, now) if since else 0.0),
            undelivered=_by_site(undelivered, now),
            endpoints=endpoints,
            scorer_ready=self._scorer_status()[0],
        )


def _by_site(rows: Sequence[backlog.Row], now: datetime) -> dict[str, Waiting]:
    ordered = sorted(rows, key=lambda row: (-row[1], row[0]))
    found = {slug: Waiting(number, _age(at, now)) for slug, number, at in ordered[:SITES_MAX]}
    rest = ordered[SITES_MAX:]
    if rest:
        oldest_s = max(_age(at, now) for _, _, at in rest)
        found[OTHER_SITES] = Waiting(sum(number for _, number, _ in rest), oldest_s)
    return found


def _age(moment: datetime, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds())
