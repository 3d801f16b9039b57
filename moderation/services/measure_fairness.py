"""Whether naming a group of people raises the alarm: false alarms by what a comment names.

Of the comments that people let stand, the share that the live thresholds hold or reject, for those
that name a group and for those that name none. What was held is known from decisions, what was
published from blind audits, each standing for as many as were not drawn, as in ``quality``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from moderation.domain.identity_terms import GROUPS, READ
from moderation.domain.intervals import (
    FEWEST,
    Estimate,
    Limits,
    joined,
    share_of_sum,
    too_few,
    wilson,
)
from moderation.domain.policy import Policy
from moderation.domain.principals import Principal
from moderation.services.lab.columns import Mask, Window
from moderation.services.lab.quality import Counts, Known, approved_in, count, known
from moderation.services.lab.replay import reaches
from moderation.services.lab.site_window import ReadWindow

NONE_NAMED: Final = "none"


@dataclass(frozen=True)
class GroupAlarms:
    """False alarms among the comments that name one group.

    Attributes:
        group: one of :data:`moderation.domain.identity_terms.GROUPS`, or ``none`` for the
            comments that name nobody.
        comments: how many of the period name it.
        audits: blind audits of them that let them stand.
        false_alarms: of what people let stand, the share that the thresholds hold.
        differs: whether its interval lies wholly beside that of ``none``.
    """

    group: str
    comments: int
    audits: int
    false_alarms: Estimate
    differs: bool


@dataclass(frozen=True)
class Fairness:
    """All groups of a period.

    Attributes:
        unread: comments of which it is not known whom they name: their text is gone, or was never
            looked through.
    """

    days: int
    version: int
    unread: int
    none: GroupAlarms
    groups: tuple[GroupAlarms, ...]


class MeasureFairness:
    """Works false alarms out at the live thresholds."""

    def __init__(self, read_window: ReadWindow) -> None:
        self._read_window = read_window

    def __call__(self, principal: Principal, slug: str, days: int) -> Fairness:
        """The last days of a site.

        Raises:
            NotFound: no such site.
        """
        seen = self._read_window(principal, slug, days)
        window, facts = seen.window, known(seen.window)
        held, terms = _held(seen.live, window), window["terms"]
        none = _alarms(NONE_NAMED, terms == READ, held, facts, None)
        groups = tuple(
            _alarms(group, (terms & 1 << place) != 0, held, facts, none.false_alarms)
            for place, group in enumerate(GROUPS)
        )
        return Fairness(days, seen.live.version, int((terms == 0).sum()), none, groups)


def _held(live: Policy, window: Window) -> Mask:
    held = np.zeros(len(window), bool)
    for label, pair in live.thresholds.items():
        held |= reaches(window, label, pair.queue_at) | reaches(window, label, pair.reject_at)
    return held


def _alarms(
    group: str, named: Mask, held: Mask, facts: Known, none: Estimate | None
) -> GroupAlarms:
    above, below = count(named & held, facts), count(named & ~held, facts)
    audits = int((named & facts.audited & ~facts.audit_refused).sum())
    found = _share(above, below, audits)
    return GroupAlarms(group, int(named.sum()), audits, found, _beside(found, none))


def _share(above: Counts, below: Counts, audits: int) -> Estimate:
    decided = above.decided + below.decided - above.refused - below.refused
    n = round(decided) + audits
    unseen = any(part.public and not part.audits for part in (above, below))
    if n < FEWEST or unseen:
        return too_few(n)
    held, shown = joined(approved_in(above)), joined(approved_in(below))
    return _of_any_period(share_of_sum(held, shown), held.value + shown.value, n)


def _of_any_period(found: Limits, comments: float, n: int) -> Estimate:
    """The share as of any such comments, not of the period's alone.

    The audits' uncertainty and Wilson's for as many comments together (Zou and Donner): groups are
    compared to learn about the model, and the next period has other comments.
    """
    if comments <= 0:
        return too_few(n)
    low, high = wilson(found.value, comments)
    below = math.hypot(found.value - found.low, found.value - low)
    above = math.hypot(found.high - found.value, high - found.value)
    return Estimate(found.value, max(0.0, found.value - below), min(1.0, found.value + above), n)


def _beside(found: Estimate, none: Estimate | None) -> bool:
    if none is None or found.low is None or found.high is None:
        return False
    return (
        none.low is not None
        and none.high is not None
        and (found.low > none.high or found.high < none.low)
    )
