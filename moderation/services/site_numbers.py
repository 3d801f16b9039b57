"""What the machine and people have done on a site lately, and how scores are spread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from moderation.domain.facts import APPROVED, NOT_JUDGED, REFUSED
from moderation.domain.principals import Principal
from moderation.domain.scores import LABELS
from moderation.errors import InvalidInput
from moderation.services.lab.by_score import Bin, histogram
from moderation.services.lab.columns import Array, DecidedElsewhere, Window
from moderation.services.lab.quality import Quality, known, quality
from moderation.services.lab.site_window import ReadWindow

_DAY_MS: Final = 86_400_000


@dataclass(frozen=True)
class Machine:
    """How many comments the policy of the time published, queued and rejected."""

    published: int
    queued: int
    rejected: int


@dataclass(frozen=True)
class Judged:
    """How many comments people approved and rejected."""

    approved: int
    rejected: int


@dataclass(frozen=True)
class DayNumbers:
    """One day in UTC."""

    day: date
    published: int
    queued: int
    rejected: int


@dataclass(frozen=True)
class Numbers:
    """A site's last days.

    Attributes:
        machine: what the policies of the time decided.
        decided: by moderators.
        audits: by blind audits.
        quality: precision of those holds, and misses among what was published.
        elsewhere: what was decided in other systems, and whether it counts.
        by_day: oldest first, days without comments left out.
    """

    days: int
    comments: int
    unscored: int
    machine: Machine
    decided: Judged
    audits: Judged
    queue_per_day: float
    quality: Quality
    elsewhere: DecidedElsewhere
    by_day: tuple[DayNumbers, ...]


@dataclass(frozen=True)
class Histogram:
    """Scores of one label, by what people said."""

    label: str
    days: int
    comments: int
    bins: tuple[Bin, ...]


class SiteNumbers:
    """Counts from the stored facts."""

    def __init__(self, read_window: ReadWindow) -> None:
        self._read_window = read_window

    def stats(
        self, principal: Principal, slug: str, days: int, *, imported: bool = False
    ) -> Numbers:
        """What happened in the last days.

        Args:
            imported: whether decisions made in other systems count.

        Raises:
            NotFound: no such site.
        """
        seen = self._read_window(principal, slug, days, imported=imported)
        window = seen.window
        published, queued, rejected = _by_machine(window["machine"])
        # Code 3 is no outcome: a comment that no policy decided.
        outcome = np.where(window["machine"] > 0, window["machine"].astype(np.int64) - 1, 3)
        return Numbers(
            days=days,
            comments=len(window),
            unscored=window.unscored,
            machine=Machine(published, queued, rejected),
            decided=_judged(window["verdict"]),
            audits=_judged(np.where(window["audit_rate"] > 0, window["audit"], NOT_JUDGED)),
            queue_per_day=queued / days,
            quality=quality(outcome, known(window)),
            elsewhere=seen.elsewhere,
            by_day=_by_day(window),
        )

    def histogram(
        self, principal: Principal, slug: str, label: str, days: int, *, imported: bool = False
    ) -> Histogram:
        """The scores of one label in the last days.

        Args:
            imported: whether decisions made in other systems count.

        Raises:
            NotFound: no such site.
            InvalidInput: an unknown label.
        """
        if label not in LABELS:
            raise InvalidInput({"label": [f"Must be one of: {', '.join(LABELS)}."]})
        window = self._read_window(principal, slug, days, imported=imported).window
        bins = histogram(window, label)
        counted = sum(part.approved + part.rejected + part.undecided for part in bins)
        return Histogram(label, days, counted, bins)


def _by_machine(machine: Array) -> tuple[int, int, int]:
    _, published, queued, rejected = (int(n) for n in np.bincount(machine, minlength=4))
    return published, queued, rejected


def _judged(said: Array) -> Judged:
    return Judged(int((said == APPROVED).sum()), int((said == REFUSED).sum()))


def _by_day(window: Window) -> tuple[DayNumbers, ...]:
    number = window["at"] // _DAY_MS
    found = []
    for day in np.unique(number):
        counts = _by_machine(window["machine"][number == day])
        moment = datetime.fromtimestamp(0, UTC) + timedelta(days=int(day))
        found.append(DayNumbers(moment.date(), *counts))
    return tuple(found)
