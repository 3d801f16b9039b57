"""Intervals against published or independently computed figures."""

from __future__ import annotations

import pytest

from moderation.domain.intervals import Limits, kish, proportion, rate, share_of_sum, total, wilson


@pytest.mark.parametrize(
    ("bad", "size", "low", "high"),
    # Newcombe, R. G. (1998), Statistics in Medicine 17, 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_gives_the_published_limits(bad: int, size: int, low: float, high: float) -> None:
    assert wilson(bad / size, size) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_a_number_from_fewer_than_thirty_decisions_is_not_given() -> None:
    assert proportion(0.5, 29, 29).value is None
    assert proportion(0.5, 30, 30).value == 0.5
    assert total([Limits(3, 3, 3)], 29).high is None


def test_unequal_weights_make_a_sample_smaller() -> None:
    assert kish(10.0, 10.0) == 10
    assert kish(3 + 1, 9 + 1) == pytest.approx(1.6)


def test_limits_of_a_sum_come_from_its_parts() -> None:
    found = total([Limits(25, 25, 25), Limits(140, 50, 400), Limits(10, 7, 14)], 100)
    assert found.value == 175
    assert found.low == pytest.approx(175 - (90**2 + 3**2) ** 0.5, abs=0.01)
    assert found.high == pytest.approx(175 + (260**2 + 4**2) ** 0.5, abs=0.01)


def test_limits_of_a_share_keep_their_order_and_a_known_part_moves_them_least() -> None:
    loose = share_of_sum(Limits(90, 80, 100), Limits(10, 4, 25))
    firm = share_of_sum(Limits(90, 90, 90), Limits(10, 4, 25))
    assert firm.value == loose.value == pytest.approx(0.9)
    assert (firm.low, firm.high) == (pytest.approx(90 / 115), pytest.approx(90 / 94))
    assert loose.low < firm.low < firm.value < firm.high < loose.high
    assert share_of_sum(Limits(0, 0, 3), Limits(5, 1, 9)).value == 0


def test_rate_of_a_day_has_the_published_poisson_limits() -> None:
    # Exact limits of 10 events are 4.80 and 18.39; Byar's are within a hundredth of them.
    found = rate(10, 1, 100)
    assert (found.low, found.high) == (
        pytest.approx(4.79, abs=0.02),
        pytest.approx(18.39, abs=0.02),
    )
    assert rate(0, 30, 100).low == 0
