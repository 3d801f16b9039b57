"""Week by week: how much is held, how rightly, and how far the scores have moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from moderation.domain.drift import NOTICE_FROM, stability_index
from moderation.domain.facts import MILLION, NO_SCORE
from moderation.domain.intervals import FEWEST, Estimate
from moderation.domain.principals import Principal
from moderation.domain.scores import LABELS
from moderation.services.clock import Clock
from moderation.services.lab.columns import Window
from moderation.services.lab.quality import count, known, precision
from moderation.services.lab.site_window import ReadWindow

WEEKS: Final = 12
_BINS: Final = 10
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """Seven days.

    Attributes:
        share_queued: of what a policy decided, the share it held; None from fewer than
            30 comments.
        held_precision: of those holds, the share that people reject.
        stability: label to its population stability index against the weeks before this one;
            a label with fewer than 30 scores on either side is left out.
        moved: labels whose index is at or above the bound.
    """

    begins: datetime
    comments: int
    share_queued: float | None
    held_precision: Estimate
    stability: dict[str, float]
    moved: tuple[str, ...]


class WatchDrift:
    """Compares each week with all before it in the last twelve."""

    def __init__(self, read_window: ReadWindow, clock: Clock) -> None:
        self._read_window = read_window
        self._clock = clock

    def __call__(self, principal: Principal, slug: str) -> tuple[Week, ...]:
        """The last twelve weeks, oldest first, the last one ending now.

        Raises:
            NotFound: no such site.
        """
        window = self._read_window(principal, slug, 7 * WEEKS).window
        first = self._clock() - WEEKS * _WEEK
        begins = [first + place * _WEEK for place in range(WEEKS)]
        edges = [round(moment.timestamp() * 1000) for moment in begins]
        places = [*np.searchsorted(window["at"], edges, side="right"), len(window)]
        return tuple(
            _week(moment, window, int(places[0]), int(start), int(end))
            for moment, start, end in zip(begins, places[:-1], places[1:], strict=True)
        )


def _week(begins: datetime, window: Window, first: int, start: int, end: int) -> Week:
    own = window.part(start, end)
    before = window.part(first, start)
    held = own["machine"] == 2
    decided = int((own["machine"] > 0).sum())
    indices = {label: _index(before, own, label) for label in LABELS}
    stability = {label: found for label, found in indices.items() if found is not None}
    return Week(
        begins=begins,
        comments=len(own),
        share_queued=int(held.sum()) / decided if decided >= FEWEST else None,
        held_precision=precision(count(held, known(own))),
        stability=stability,
        moved=tuple(label for label, found in stability.items() if found >= NOTICE_FROM),
    )


def _index(before: Window, own: Window, label: str) -> float | None:
    spread = [_spread(window, label) for window in (before, own)]
    if min(sum(counts) for counts in spread) < FEWEST:
        return None
    return stability_index(*spread)


def _spread(window: Window, label: str) -> list[int]:
    scores = window[label][window[label] != NO_SCORE].astype(np.int64)
    return [int(n) for n in np.bincount(scores * _BINS // MILLION, minlength=_BINS)]
