"""The threshold of one label for a wanted precision, recall, or number of items a day.

Everything else of the live policy stays. A suggestion is withheld where too few decisions
stand behind it: a guess with two decimals would look like knowledge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from moderation.domain.intervals import FEWEST, Estimate, rate
from moderation.domain.policy import Policy, Threshold
from moderation.domain.principals import Principal
from moderation.domain.scores import LABELS
from moderation.errors import Conflict, InvalidInput
from moderation.services.lab.by_score import STEPS, Thresholds
from moderation.services.lab.quality import known, precision
from moderation.services.lab.replay import PUBLISH, QUEUE
from moderation.services.lab.site_window import ReadWindow, SiteWindow

TARGETS: Final = ("precision", "recall", "per_day")
# Public comments that no audit speaks for may be this share of what a threshold would hold.
_UNSEEN_MAX: Final = 0.05


@dataclass(frozen=True)
class Expected:
    """What the suggested threshold would give.

    Attributes:
        precision: of what the label would hold, the share that people reject.
        recall: of what people reject, the share that the label would hold.
        queue_per_day: held comments a day by the whole policy.
        audits: blind audits behind it; without any, what was never held is not counted.
    """

    precision: Estimate
    recall: Estimate
    queue_per_day: Estimate
    audits: int


@dataclass(frozen=True)
class Suggestion:
    """A threshold and what to expect of it."""

    label: str
    target: str
    value: float
    days: int
    queue_at: float
    expected: Expected


class SuggestThreshold:
    """Works suggestions out from stored scores and what people said."""

    def __init__(self, read_window: ReadWindow) -> None:
        self._read_window = read_window

    def __call__(
        self,
        principal: Principal,
        slug: str,
        label: str,
        target: str,
        value: float,
        days: int,
        *,
        imported: bool = False,
    ) -> Suggestion:
        """Suggest ``queue_at`` for a label.

        Args:
            target: one of :data:`TARGETS`.
            value: a share in (0, 1], or for ``per_day`` a number of comments.
            days: how far to look back.
            imported: whether decisions made in other systems count.

        Raises:
            NotFound: no such site.
            InvalidInput: a bad label, target or value.
            Conflict: ``not_enough_decisions``, saying how many there are and needed;
                ``out_of_reach`` where no threshold gives what is wanted.
        """
        _check(label, target, value)
        seen = self._read_window(principal, slug, days, imported=imported)
        grid = _Grid(seen, self._without(seen, label), label)
        step = grid.find(target, value)
        return Suggestion(label, target, value, days, step / STEPS, grid.expected(step))

    def _without(self, seen: SiteWindow, label: str) -> Any:
        """Outcomes of the live policy if this label held nothing."""
        pair = seen.live.thresholds.get(label, Threshold())
        without = {**seen.live.thresholds, label: replace(pair, queue_at=None)}
        return self._read_window.replay(seen, replace(seen.live, thresholds=without)).outcome


class _Grid:
    """One label's thresholds in hundredths with all that is known of each."""

    def __init__(self, seen: SiteWindow, without: Any, label: str) -> None:
        facts = known(seen.window)
        self._days = seen.days
        self._comments = len(seen.window)
        self._thresholds = Thresholds(seen.window, label, facts)
        self._audits = int(facts.audited.sum())
        may_hold = (without == PUBLISH) & (seen.window["standing"] != 2)
        self._queued = self._thresholds.above(may_hold) + int((without == QUEUE).sum())
        self._highest = _highest(seen.live, label)

    def find(self, target: str, value: float) -> int:
        """The hundredth to suggest."""
        if target == "per_day":
            return self._for_per_day(value)
        steps = range(1, self._highest + 1)
        judged = self._thresholds.counts(0)
        basis = judged.n if target == "precision" else self._thresholds.recall(1).n
        what = "decisions" if target == "precision" else "rejections"
        if basis < FEWEST:
            message = f"There are {basis} {what}; {FEWEST} are needed."
            raise Conflict(message, code="not_enough_decisions")
        if target == "recall":
            enough = [step for step in steps if (self._thresholds.recall(step).value or 0) >= value]
            return enough[-1] if enough else _out_of_reach(self._thresholds.recall(1).value)
        shares = {step: self._precision(step) for step in steps}
        enough = [step for step, share in shares.items() if share is not None and share >= value]
        best = max((share for share in shares.values() if share is not None), default=None)
        return enough[0] if enough else _out_of_reach(best)

    def expected(self, step: int) -> Expected:
        """What a threshold gives."""
        return Expected(
            precision=precision(self._thresholds.counts(step)),
            recall=self._thresholds.recall(step),
            queue_per_day=rate(int(self._queued[step]), self._days, self._comments),
            audits=self._audits,
        )

    def _precision(self, step: int) -> float | None:
        counts = self._thresholds.counts(step)
        whole = counts.decided + counts.waiting + counts.public
        if counts.public and not counts.audits and counts.public > _UNSEEN_MAX * whole:
            return None
        return precision(counts).value

    def _for_per_day(self, value: float) -> int:
        fits = np.flatnonzero(self._queued[1 : self._highest + 1] / self._days <= value)
        if len(fits):
            return int(fits[0]) + 1
        return _out_of_reach(float(self._queued[self._highest] / self._days))


def _out_of_reach(best: float | None) -> int:
    known_best = "" if best is None else f" The nearest is {best:.3g}."
    raise Conflict(f"No threshold of this label gives that.{known_best}", code="out_of_reach")


def _highest(live: Policy, label: str) -> int:
    reject_at = live.thresholds.get(label, Threshold()).reject_at
    return STEPS if reject_at is None else max(1, int(reject_at * STEPS + 1e-9))


def _check(label: str, target: str, value: float) -> None:
    faults = {}
    if label not in LABELS:
        faults["label"] = [f"Must be one of: {', '.join(LABELS)}."]
    if target not in TARGETS:
        faults["target"] = [f"Must be one of: {', '.join(TARGETS)}."]
    elif target != "per_day" and not 0 < value <= 1:
        faults["value"] = ["Must be a share above 0 and at most 1."]
    elif not 0 <= value <= 1_000_000:
        faults["value"] = ["Must be a number of comments a day, from 0 to 1000000."]
    if faults:
        raise InvalidInput(faults)
