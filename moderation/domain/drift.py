"""How far scores have moved from what they were.

Source: Siddiqi, N. (2006), Credit Risk Scorecards, 94-95: the population stability index and its
customary bounds (below 0.1 little, above 0.25 much).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

NOTICE_FROM: Final = 0.25
_LEAST: Final = 0.5
"""Stands for an empty bin, so that one comment in it does not make the index infinite."""


def stability_index(reference: Sequence[int], present: Sequence[int]) -> float | None:
    """The population stability index of two histograms over the same bins.

    None where either is empty.
    """
    if not sum(reference) or not sum(present):
        return None
    before = [max(count, _LEAST) for count in reference]
    after = [max(count, _LEAST) for count in present]
    shares = zip(before, after, strict=True)
    whole, now = sum(before), sum(after)
    return sum((b / now - a / whole) * math.log((b / now) / (a / whole)) for a, b in shares)
