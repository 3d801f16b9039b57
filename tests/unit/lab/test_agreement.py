"""Kappa against published figures, and a draw that is neither biased nor tied to the score."""

from __future__ import annotations

import pytest

from moderation.domain.agreement import kappa
from moderation.domain.draw import drawn


def test_kappa_gives_the_published_value_and_error() -> None:
    # Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, table 18.1:
    # kappa 0.68, standard error 0.087 for 100 subjects in three classes.
    table = {("p", "p"): 75, ("p", "n"): 1, ("p", "o"): 4, ("n", "p"): 5, ("n", "n"): 4,
             ("n", "o"): 1, ("o", "o"): 10}  # fmt: skip
    found = kappa([pair for pair, count in table.items() for _ in range(count)])
    assert found.value == pytest.approx(0.676, abs=0.001)
    assert found.low is not None
    assert found.high is not None
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(0.088, abs=0.002)


def test_kappa_of_too_few_or_of_one_answer_is_not_given() -> None:
    assert kappa([("a", "a"), ("b", "b")] * 14).value is None
    assert kappa([("a", "a")] * 50).value is None
    assert kappa([("a", "a"), ("b", "b")] * 15).value == 1


def test_a_share_is_drawn_and_a_larger_share_holds_the_smaller() -> None:
    names = [f"audit {number}" for number in range(20_000)]
    few = {name for name in names if drawn(name, 0.05)}
    assert 0.045 < len(few) / len(names) < 0.055
    assert few < {name for name in names if drawn(name, 0.2)}
    assert not drawn(names[0], 0)
    assert all(drawn(name, 1) for name in names)
