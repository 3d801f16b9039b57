"""Stand-ins for what tests must steer: the scorer and the time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

from moderation.domain.scores import Scores, probability
from moderation.errors import ScoringUnavailable

_MARK = re.compile(r"\{(\w+)=([0-9.]+)\}")


class FakeScorer:
    """Scores what a text says of itself: ``{toxicity=0.9}`` scores 0.9, the rest 0.01.

    ``down`` makes every call fail with that message; ``calls`` holds the texts of each;
    ``phrases`` are words that score by themselves, for texts that people shall look at.
    """

    name = "fake"
    version = "1"
    labels = ("toxicity", "obscene", "threat", "insult", "identity_attack")

    def __init__(self) -> None:
        self.down: str | None = None
        self.calls: list[list[str]] = []
        self.phrases: dict[str, tuple[str, float]] = {}

    def score(self, texts: Sequence[str]) -> list[Scores]:
        self.calls.append(list(texts))
        if self.down is not None:
            raise ScoringUnavailable(self.down)
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> Scores:
        values = dict.fromkeys(self.labels, 0.01)
        for label, value in _MARK.findall(text):
            values[label] = float(value)
        for phrase, (label, value) in self.phrases.items():
            if phrase in text:
                values[label] = value
        return Scores({label: probability(value) for label, value in values.items()})

    def coming(self) -> AbstractContextManager[None]:
        return nullcontext()

    def status(self) -> tuple[bool, str]:
        return (False, self.down) if self.down else (True, f"{self.name} {self.version}")

    def warm_up(self, *, wait: bool = False) -> None:
        return None

    def close(self) -> None:
        return None


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Move by ``seconds=``, ``minutes=``, ``days=`` and so on."""
        self.now += timedelta(**by)
