"""Identical texts are scored once, within bounds."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from scoring_fakes import FakeScorer, scores_of

from moderation.errors import ScoringUnavailable
from moderation.scoring.cache import ScoreCache

SOON_S = 20.0


def test_a_known_text_is_not_scored_again() -> None:
    scorer, cache = FakeScorer(), ScoreCache(10)
    for _ in range(3):
        found = cache.scores(["a", "b", "a"], version="1", compute=scorer.score)
        assert found == [scores_of("a"), scores_of("b"), scores_of("a")]
    assert scorer.calls == [["a", "b"]]


def test_another_model_version_scores_anew() -> None:
    scorer, cache = FakeScorer(), ScoreCache(10)
    cache.scores(["a"], version="1", compute=scorer.score)
    cache.scores(["a"], version="2", compute=scorer.score)
    assert scorer.calls == [["a"], ["a"]]


def test_the_least_recently_used_is_forgotten_first() -> None:
    scorer, cache = FakeScorer(), ScoreCache(2)
    for text in ("a", "b", "a", "c", "a", "b"):
        cache.scores([text], version="1", compute=scorer.score)
    assert scorer.calls == [["a"], ["b"], ["c"], ["b"]]


def test_a_failure_is_not_kept() -> None:
    cache = ScoreCache(10)

    def fails(_texts: Sequence[str]) -> None:
        raise ScoringUnavailable("no")

    with pytest.raises(ScoringUnavailable):
        cache.scores(["a"], version="1", compute=FakeScorer(fails).score)
    assert cache.scores(["a"], version="1", compute=FakeScorer().score) == [scores_of("a")]


@pytest.mark.parametrize("fails", [False, True])
def test_a_text_under_way_is_waited_for(fails: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, opened, waits = threading.Event(), threading.Event(), threading.Event()

    def act(_texts: Sequence[str]) -> None:
        entered.set()
        assert opened.wait(SOON_S)
        if fails:
            raise ScoringUnavailable("no")

    slow, never, cache = FakeScorer(act), FakeScorer(), ScoreCache(10)
    sort_in = cache._sort_in

    def noted(*given: Any) -> None:
        sort_in(*given)
        waits.set()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.scores, ["a"], version="1", compute=slow.score)
        assert entered.wait(SOON_S)
        # A second call that comes only after a failure is no failure: its text is scored anew.
        monkeypatch.setattr(cache, "_sort_in", noted)
        second = pool.submit(cache.scores, ["a"], version="1", compute=never.score)
        assert waits.wait(SOON_S)
        opened.set()
        for call in (first, second):
            if fails:
                assert isinstance(call.exception(SOON_S), ScoringUnavailable)
            else:
                assert call.result(SOON_S) == [scores_of("a")]
    assert (slow.calls, never.calls) == ([["a"]], [])


def test_half_a_surrogate_pair_is_a_key_too() -> None:
    assert ScoreCache(2).scores(["\ud800"], version="1", compute=FakeScorer().score)
