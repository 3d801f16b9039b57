"""Numbers as places in a chart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from moderation.services.review_views import DecidedDay
from moderation.web.pages.charts import day_columns, waiting_lines

MONDAY = date(2026, 11, 23)


def _day(place: int, *counts: int, half: float | None = None, most: float | None = None) -> DecidedDay:  # fmt: skip
    approved, rejected, spam = counts or (0, 0, 0)
    return DecidedDay(MONDAY + timedelta(days=place), approved, rejected, spam, half, most)


def test_a_column_is_stacked_from_the_ground_and_its_parts_touch() -> None:
    (bar,) = day_columns([_day(0, 2, 1, 1)]).bars
    assert bar.parts == (("rejected", 75.0, 25.0), ("approved", 25.0, 50.0), ("undecided", 0.0, 25.0))  # fmt: skip


def test_a_part_without_a_decision_is_not_drawn() -> None:
    full, empty = day_columns([_day(0, 4, 0, 0), _day(1)]).bars
    assert [name for name, _, _ in full.parts] == ["approved"]
    assert empty.parts == ()


def test_columns_lie_side_by_side_in_the_order_of_days() -> None:
    columns = day_columns([_day(place, 1, 1, 0) for place in range(14)])
    lefts = [bar.left for bar in columns.bars]
    assert lefts == sorted(lefts)
    assert lefts[-1] + columns.width <= 100


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (4, 4), (5, 8), (9, 20), (21, 40), (100, 200), (201, 400)]
)
def test_the_scale_ends_at_a_round_number_that_holds_every_column(most: int, top: int) -> None:
    values = [value for value, _ in day_columns([_day(0, most, 0, 0)]).grid]
    assert values == [round(top * part) for part in (0.25, 0.5, 0.75, 1)]


def test_days_without_a_decision_are_left_out_of_the_lines() -> None:
    lines = waiting_lines([_day(0, half=1, most=2), _day(1), _day(2, half=2, most=4)])
    assert lines.half == "0.00,75.00 100.00,50.00"
    assert lines.most == "0.00,50.00 100.00,0.00"
    assert lines.ends == ((100.0, 50.0), (100.0, 0.0))


def test_no_day_at_all_draws_nothing() -> None:
    assert day_columns([]).bars == ()
    assert waiting_lines([]).half == ""
    assert waiting_lines([]).ends == ()
