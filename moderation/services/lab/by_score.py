"""One label's scores in hundredths: the histogram, and what each threshold would hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from moderation.domain.facts import APPROVED, MILLION, NO_SCORE, NOT_JUDGED, REFUSED
from moderation.domain.intervals import FEWEST, Estimate, joined, proportion, share_of_sum, too_few
from moderation.services.lab.changes import judgement
from moderation.services.lab.columns import Array, Window
from moderation.services.lab.quality import Counts, Known, refused_in

STEPS: Final = 100
BINS: Final = 20


@dataclass(frozen=True)
class Bin:
    """Comments whose score lies from ``low`` to below ``high``, by what people said."""

    low: float
    high: float
    approved: int
    rejected: int
    undecided: int


def histogram(window: Window, label: str) -> tuple[Bin, ...]:
    """Twenty bins of equal width."""
    has = window[label] != NO_SCORE
    place = window[label][has].astype(np.int64) * BINS // MILLION
    counts = np.bincount(place * 3 + judgement(window)[has], minlength=BINS * 3).reshape(BINS, 3)
    return tuple(
        Bin(
            place / BINS,
            (place + 1) / BINS,
            int(row[APPROVED]),
            int(row[REFUSED]),
            int(row[NOT_JUDGED]),
        )
        for place, row in enumerate(counts)
    )


class Thresholds:
    """What a label holds at each whole hundredth: sums over all scores at or above it."""

    def __init__(self, window: Window, label: str, facts: Known) -> None:
        self._has = window[label] != NO_SCORE
        self._place = window[label][self._has].astype(np.int64) * STEPS // MILLION
        weight, refused = facts.weight, facts.audit_refused
        self._sums = {
            name: self.above(values)
            for name, values in (
                ("decided", facts.decided),
                ("refused", facts.refused),
                ("waiting", facts.waiting),
                ("public", facts.public),
                ("audits", facts.audited),
                ("weight", weight),
                ("weight_refused", weight * refused),
                ("weight_squares", weight * weight),
            )
        }
        self._audits_refused = int(refused[self._has].sum())

    def above(self, values: Array) -> Array:
        """Sums of values over the comments at or above each hundredth, 0..100."""
        sums = np.bincount(self._place, weights=values[self._has], minlength=STEPS + 1)
        reversed_sums: Array = sums[::-1].cumsum()[::-1]
        return reversed_sums

    def counts(self, step: int) -> Counts:
        """The comments at or above a hundredth."""
        return Counts(**{name: float(sums[step]) for name, sums in self._sums.items()})

    def recall(self, step: int) -> Estimate:
        """Of all that people reject, the share at or above a hundredth.

        Without any audit, of what moderators have decided only.
        """
        whole, held = self.counts(0), self.counts(step)
        n = round(whole.refused) + self._audits_refused
        if n < FEWEST:
            return too_few(n)
        if not whole.audits:
            return proportion(held.refused / whole.refused, whole.refused, n)
        below = Counts(**{name: float(sums[0] - sums[step]) for name, sums in self._sums.items()})
        return Estimate(*share_of_sum(joined(refused_in(held)), joined(refused_in(below))), n)
