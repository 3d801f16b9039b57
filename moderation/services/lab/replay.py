"""What a policy would have done with every comment of a window, all at once.

Says for arrays what ``domain/policy.decide`` says for one comment; a test holds the two
together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np

from moderation.domain.checks import BLOCKED, TRUSTED
from moderation.domain.facts import FIRST, MILLION, STANDINGS
from moderation.domain.policy import HOLD_ALL, Policy
from moderation.services.lab.columns import Array, Mask, Window

PUBLISH, QUEUE, REJECT = 0, 1, 2
"""Places in ``domain.facts.OUTCOMES``."""

_TRUSTED: Final = STANDINGS.index(TRUSTED)
_BLOCKED: Final = STANDINGS.index(BLOCKED)


def replay(policy: Policy, window: Window, suspect: Mask, blocked: Mask) -> Array:
    """Each comment's outcome as a place in ``OUTCOMES``.

    Args:
        suspect: where a suspect word of this policy is found.
        blocked: where a blocked word of it is found.
    """
    if policy.mode == HOLD_ALL:
        return np.full(len(window), QUEUE, np.uint8)
    queued, rejected = np.zeros(len(window), bool), np.zeros(len(window), bool)
    for label, pair in policy.thresholds.items():
        queued |= reaches(window, label, pair.queue_at)
        rejected |= reaches(window, label, pair.reject_at)
    if policy.max_links is not None:
        queued |= window["links"] > policy.max_links
    if policy.hold_first_comment:
        queued |= (window["flags"] & FIRST) != 0
    queued &= window["standing"] != _TRUSTED
    queued |= suspect
    rejected |= blocked | (window["standing"] == _BLOCKED)
    return np.where(rejected, REJECT, np.where(queued, QUEUE, PUBLISH)).astype(np.uint8)


def reaches(window: Window, label: str, threshold: float | None) -> Mask:
    """Where a label's score is at or above a threshold; nowhere for None."""
    if threshold is None:
        return np.zeros(len(window), bool)
    at_least: Mask = window[label] >= least_millionths(threshold)
    return at_least


def least_millionths(threshold: float) -> int:
    """The lowest score in millionths that reaches a threshold, exactly as floats compare."""
    lowest = math.ceil(threshold * MILLION)
    candidates: Iterable[int] = (lowest - 1, lowest, lowest + 1)
    return next(score for score in candidates if score / MILLION >= threshold)
