"""The lab's charts as places in percent; the templates draw them as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moderation.domain.intervals import Estimate
from moderation.services.lab.by_score import Bin
from moderation.web.pages.charts import round_up

_GAP: Final = 0.35
_CALM_FROM: Final = 0.25
_THIN: Final = 1.2


@dataclass(frozen=True)
class HistogramBar:
    """One column: class name, top and height of each part, bottom up.

    Attributes:
        cut: whether it is too tall to draw, and shows shares instead.
    """

    left: float
    width: float
    parts: tuple[tuple[str, float, float], ...]
    cut: bool


@dataclass(frozen=True)
class HistogramChart:
    """Columns, the value at the top of the axis, and the tallest column's count."""

    bars: tuple[HistogramBar, ...]
    top: int
    tallest: int


def histogram_chart(bins: Sequence[Bin]) -> HistogramChart:
    """Columns of one label.

    Most comments score near nothing; the axis is made for the rest, and columns taller than
    it are cut.
    """
    counts = [part.approved + part.rejected + part.undecided for part in bins]
    calm = [count for part, count in zip(bins, counts, strict=True) if part.low >= _CALM_FROM]
    top = round_up(max(calm, default=0))
    step = 100 / len(bins)
    bars = []
    for place, (part, count) in enumerate(zip(bins, counts, strict=True)):
        full = max(top, count)
        bars.append(
            HistogramBar(place * step + _GAP, step - 2 * _GAP, _parts(part, full), count > top)
        )
    return HistogramChart(tuple(bars), top, max(counts))


def _parts(part: Bin, full: int) -> tuple[tuple[str, float, float], ...]:
    found, at = [], 100.0
    for name, count in (
        ("rejected", part.rejected),
        ("approved", part.approved),
        ("undecided", part.undecided),
    ):
        height = 100 * count / full
        at -= height
        if count:
            # An outline would be all that is seen of a thin part.
            found.append(("sliver" if name == "undecided" and height < _THIN else name, at, height))
    return tuple(found)


@dataclass(frozen=True)
class IntervalLine:
    """An estimate on an axis of percents."""

    name: str
    low: float
    at: float
    high: float


@dataclass(frozen=True)
class IntervalChart:
    """Estimates above each other, with the axis's ends and middle in percent."""

    lines: tuple[IntervalLine, ...]
    ticks: tuple[tuple[float, str], ...]


def interval_chart(named: Sequence[tuple[str, Estimate]]) -> IntervalChart | None:
    """Lines for the estimates that are given; None where none is.

    The axis takes what lies right of its first fifth, where the names stand.
    """
    given = [
        (name, found.low * 100, found.value * 100, found.high * 100)
        for name, found in named
        if found.value is not None and found.low is not None and found.high is not None
    ]
    if not given:
        return None
    least = max(0, int(min(low for _, low, _, _ in given) // 5) * 5)
    most = min(100, -int(-max(high for *_, high in given) // 5) * 5)
    most = max(most, least + 5)

    def place(value: float) -> float:
        return 22 + 78 * (value - least) / (most - least)

    lines = tuple(
        IntervalLine(name, place(low), place(at), place(high)) for name, low, at, high in given
    )
    middle = (least + most) / 2
    ticks = tuple((place(value), f"{value:g} %") for value in (least, middle, most))
    return IntervalChart(lines, ticks)
