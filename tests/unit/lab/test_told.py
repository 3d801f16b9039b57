"""Each comment whose truth is known stands for as many as it was drawn from."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from moderation.domain import facts
from moderation.domain.facts import Facts
from moderation.domain.ids import new_id
from moderation.services.lab import calibrated
from moderation.services.lab.told import Told, told, with_pairs
from tests.unit.lab.test_replay import window_of

AT = datetime(2026, 11, 24, tzinfo=UTC)


def _row(score: int, **fields: object) -> bytes:
    kept = Facts(AT, {"insult": score}, 1, 100_000, **fields)  # type: ignore[arg-type]
    return facts.pack(new_id(), kept)


def test_audits_and_decisions_are_weighted_by_their_chance() -> None:
    rows = [_row(100_000, machine="published") for _ in range(90)]
    rows += [_row(100_000, machine="published", audit=2 if n < 2 else 1) for n in range(10)]
    rows += [_row(800_000, machine="queued") for _ in range(10)]
    rows += [_row(800_000, machine="queued", verdict=2 if n < 8 else 1) for n in range(10)]
    # A reader's report brought this one to a person: it was not drawn and stands for itself.
    rows += [_row(100_000, machine="published", verdict=2)]
    found = told(window_of(rows), "insult")
    assert (len(found), found.audits) == (21, 10)
    by_kind = {float(score): set(found.weight[found.scores == score]) for score in (0.1, 0.8)}
    assert by_kind == {0.1: {10.0, 1.0}, 0.8: {2.0}}
    assert found.weight.sum() == pytest.approx(121)
    assert len(told(window_of(rows), "threat")) == 0
    more = with_pairs(found, [({"insult": 0.5}, True), ({"threat": 0.5}, True)], "insult")
    assert (len(more), more.weight[-1], bool(more.refused[-1])) == (22, 1, True)


def test_a_scale_rises_and_weighs_what_it_is_made_from() -> None:
    # At 0.2 a hundred that stand for ten each, one in ten bad; a dozen decided ones, all bad.
    scores = np.array([0.2] * 112 + [0.9] * 100)
    refused = np.array([True] * 10 + [False] * 90 + [True] * 12 + [True] * 80 + [False] * 20)
    weight = np.array([10.0] * 100 + [1.0] * 12 + [1.0] * 100)
    steps = calibrated.scale(Told(scores, refused, weight, 100))
    assert steps[20].value == pytest.approx(112 / 1012)
    assert steps[90].value == pytest.approx(0.8)
    assert (steps[50].value, steps[50].n) == (None, 0)
    assert steps[20].low is not None
    assert steps[20].high is not None
    assert steps[20].low < 0.11 < steps[20].high


def test_what_a_scale_foretells_of_its_own_comments_is_made_without_them() -> None:
    chance = np.random.default_rng(1)
    scores = chance.random(400)
    blind = Told(scores, chance.random(400) < 0.3, np.ones(400), 0)
    # Nothing to learn from: a scale that had seen the comment would still seem to know it.
    seen = calibrated._fitted(blind.scores, blind.refused, blind.weight, blind.scores)
    own = calibrated.reliability(blind, seen)
    honest = calibrated.reliability(blind, calibrated.crossed(blind))
    assert honest.brier >= 0.3 * 0.7 - 0.02
    assert honest.brier > own.brier
    assert calibrated.crossed(blind).tolist() == calibrated.crossed(blind).tolist()
