"""Counting tries, also while the shared storage is away."""

from __future__ import annotations

from typing import NoReturn

import pytest

from moderation.errors import TooManyRequests
from moderation.web.limits import RateLimits, RateRule

RULE = RateRule("test", "2/minute", "flood", "Slow down.")


def test_limit_is_per_key_and_says_how_long() -> None:
    limits = RateLimits("memory://")
    limits.spend(RULE, "a")
    limits.spend(RULE, "a")
    limits.spend(RULE, "b")
    with pytest.raises(TooManyRequests) as refused:
        limits.spend(RULE, "a")
    assert refused.value.code == "flood"
    assert 1 <= (refused.value.retry_after_s or 0) <= 60


def test_rules_count_apart() -> None:
    limits = RateLimits("memory://")
    for name in ("one", "two"):
        rule = RateRule(name, "1/minute", "flood", "Slow down.")
        limits.spend(rule, "a")


def test_storage_away_is_counted_here_and_not_asked_again_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits = RateLimits("memory://")
    asked = []

    def away(*_: object) -> NoReturn:
        asked.append(1)
        raise ConnectionError

    monkeypatch.setattr(limits.shared, "hit", away)
    limits.spend(RULE, "a")
    limits.spend(RULE, "a")
    with pytest.raises(TooManyRequests):
        limits.spend(RULE, "a")
    assert len(asked) == 1
