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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

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


class Limits(NamedTuple):
    """A number with its 95 % limits, however few decisions it rests on."""

    value: float
    low: float
    high: float


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


def total(parts: Sequence[Limits], n: int) -> Estimate:
    """A sum of independent estimates.

    Args:
        parts: a known number is its own interval.
        n: decisions in all of them.
    """
    return Estimate(*joined(parts), n) if n >= FEWEST else too_few(n)


def joined(parts: Sequence[Limits]) -> Limits:
    """The limits of a sum of independent estimates (Zou and Donner)."""
    value = sum(part.value for part in parts)
    below = math.sqrt(sum((part.value - part.low) ** 2 for part in parts))
    above = math.sqrt(sum((part.high - part.value) ** 2 for part in parts))
    return Limits(value, value - below, value + above)


def share_of_sum(one: Limits, other: Limits) -> Limits:
    """The limits of ``one / (one + other)`` of two independent estimates, none below 0.

    By the limits of their ratio: Donner, A. and Zou, G. Y. (2012), Closed-form confidence
    intervals for functions of the normal mean and standard deviation, Statistical Methods in
    Medical Research 21, 347-359, formula 2.
    """
    if one.value <= 0:
        return Limits(0.0, 0.0, 0.0 if other.low > 0 else 1.0)
    product = one.value * other.value
    high_part = one.high * (2 * one.value - one.high)
    low_part = one.low * (2 * one.value - one.low)
    least = product * product - other.low * (2 * other.value - other.low) * high_part
    most = product * product - other.high * (2 * other.value - other.high) * low_part
    # Where the divisor's limits reach 0 the ratio has none.
    low = (product - math.sqrt(max(0.0, least))) / high_part if high_part > 0 else 0.0
    high = (product + math.sqrt(max(0.0, most))) / low_part if low_part > 0 else math.inf
    value = other.value / one.value
    return Limits(1 / (1 + value), 1 / (1 + high), 1 / (1 + max(0.0, low)))


def rate(count: int, days: int, n: int) -> Estimate:
    """Things a day, with the interval that the same rate would give by chance.

    Byar's approximation of the Poisson limits: Breslow, N. E. and Day, N. E. (1987),
    Statistical Methods in Cancer Research II, IARC, formula 2.11.

    Args:
        count: how many there were.
        days: in how many days.
        n: what they were counted among.
    """
    low = count * (1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    high = more * (1 - 1 / (9 * more) + Z / (3 * math.sqrt(more))) ** 3
    return Estimate(count / days, max(0.0, low) / days, high / days, n)
