"""The stability index against a figure worked out by hand."""

from __future__ import annotations

import math

import pytest

from moderation.domain.drift import stability_index


def test_index_is_the_sum_over_bins_and_nothing_for_the_same_spread() -> None:
    wanted = (0.3 - 0.5) * math.log(0.3 / 0.5) + (0.7 - 0.5) * math.log(0.7 / 0.5)
    assert stability_index([50, 50], [30, 70]) == pytest.approx(wanted)
    assert stability_index([5, 10], [50, 100]) == pytest.approx(0)
    assert stability_index([0, 0], [1, 1]) is None


def test_an_empty_bin_is_large_but_not_infinite() -> None:
    found = stability_index([100, 0], [50, 50])
    assert found is not None
    assert 1 < found < 10
