"""Estimates with closed-form 95 % intervals, so that the same data give the same answer.

Sources:
    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical
    inference, JASA 22, 209-212: the interval of a proportion.
    Kish, L. (1965), Survey Sampling, section 11.7: effective size of a weighted sample.
    Zou, G. Y. and Donner, A. (2008), Construction of confidence limits about effect
    measures, Statistics in Medicine 27, 1693-1702: limits of a sum from those of its parts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

Z: Final = 1.959963984540054
"""The standard normal's 97.5 % quantile."""

FEWEST: Final = 30
"""Decisions below which a number is not shown: it would say more than is known."""


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval; all None from fewer than :data:`FEWEST` decisions.

    Attributes:
        n: the decisions that it rests on.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


def too_few(n: int) -> Estimate:
    """An estimate that is not given."""
    return Estimate(None, None, None, n)


def wilson(share: float, size: float) -> tuple[float, float]:
    """The interval of a proportion.

    Args:
        share: observed, 0..1.
        size: of the sample, above 0; an effective size need not be whole.
    """
    square = Z * Z
    middle = (share + square / (2 * size)) / (1 + square / size)
    half = Z * math.sqrt(share * (1 - share) / size + square / (4 * size * size))
    half /= 1 + square / size
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def kish(weights_sum: float, squares_sum: float) -> float:
    """The size of the unweighted sample that would be as precise as this weighted one."""
    return weights_sum * weights_sum / squares_sum if squares_sum > 0 else 0.0


def proportion(share: float, size: float, n: int) -> Estimate:
    """A share with its Wilson interval.

    Args:
        size: effective size of the sample.
        n: decisions in it.
    """
    if n < FEWEST or size <= 0:
        return too_few(n)
    low, high = wilson(share, size)
    return Estimate(share, low, high, n)


def total(parts: Iterable[tuple[float, float, float]], n: int) -> Estimate:
    """A sum of independent estimates.

    Args:
        parts: value, low and high of each; a known number is its own interval.
        n: decisions in all of them.
    """
    if n < FEWEST:
        return too_few(n)
    known = list(parts)
    value = sum(part[0] for part in known)
    below = math.sqrt(sum((part[0] - part[1]) ** 2 for part in known))
    above = math.sqrt(sum((part[2] - part[0]) ** 2 for part in known))
    return Estimate(value, value - below, value + above, n)
