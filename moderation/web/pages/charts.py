"""Numbers as places in a chart, in percent; the templates draw them as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moderation.services.review_views import DecidedDay


@dataclass(frozen=True)
class Bar:
    """One day's stacked column.

    Attributes:
        parts: class name, top and height of each part, bottom up.
    """

    day: DecidedDay
    left: float
    parts: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class Columns:
    """Stacked columns with the values of their grid lines."""

    bars: tuple[Bar, ...]
    width: float
    grid: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Lines:
    """Two lines as points of a polyline in a square of 100, with grid values in minutes.

    Attributes:
        ends: where each line ends; of a single day there is nothing else to see.
    """

    half: str
    most: str
    grid: tuple[tuple[float, float], ...]
    ends: tuple[tuple[float, float], ...]


def day_columns(days: Sequence[DecidedDay]) -> Columns:
    """Rejected, approved and spam a day."""
    top = round_up(max((day.approved + day.rejected + day.spam for day in days), default=0))
    step = 100 / max(1, len(days))
    bars = tuple(
        Bar(day, place * step + step * 0.15, _stacked(day, top)) for place, day in enumerate(days)
    )
    grid = tuple((round(top * part), 100 - 100 * part) for part in (0.25, 0.5, 0.75, 1))
    return Columns(bars, step * 0.7, grid)


def waiting_lines(days: Sequence[DecidedDay]) -> Lines:
    """Times within which half and nine in ten decisions came; days without any are left out."""
    top = float(round_up(max((day.most_within_min or 0 for day in days), default=0)))
    last = max(1, len(days) - 1)
    half = [(place * 100 / last, day.half_within_min) for place, day in enumerate(days)]
    most = [(place * 100 / last, day.most_within_min) for place, day in enumerate(days)]
    grid = tuple((top * part, 100 - 100 * part) for part in (0.5, 1))
    ends = tuple(place for line in (half, most) for place in _places(line, top)[-1:])
    return Lines(_points(half, top), _points(most, top), grid, ends)


def _stacked(day: DecidedDay, top: int) -> tuple[tuple[str, float, float], ...]:
    parts, at = [], 100.0
    for name, count in (
        ("rejected", day.rejected),
        ("approved", day.approved),
        ("undecided", day.spam),
    ):
        height = 100 * count / top
        at -= height
        if count:
            parts.append((name, at, height))
    return tuple(parts)


def _points(pairs: Sequence[tuple[float, float | None]], top: float) -> str:
    return " ".join(f"{left:.2f},{down:.2f}" for left, down in _places(pairs, top))


def _places(pairs: Sequence[tuple[float, float | None]], top: float) -> list[tuple[float, float]]:
    return [(left, 100 - 100 * value / top) for left, value in pairs if value is not None]


def round_up(value: float) -> int:
    """The least of 4, 8, 20, 40, 80, 200 ... that is not below the value."""
    top = 4
    factors = (2.0, 2.5, 2.0)
    place = 0
    while top < value:
        top = int(top * factors[place % 3])
        place += 1
    return top
