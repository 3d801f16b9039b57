"""Stand-ins at the two ports of scoring: an engine and a scorer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from moderation.domain.scores import Scores
from moderation.scoring.engine import Piece

BAD_WORDS = ("idiot", "stupid")


class WordEngine:
    """A model whose tokens are words and whose only insight is a list of bad ones.

    Args:
        values: what to answer instead, for tests of nonsense.
    """

    version = "words-1"
    labels = ("toxicity", "insult")
    max_tokens = 510

    def __init__(
        self, *, emoji_as_words: bool = True, values: list[list[float]] | None = None
    ) -> None:
        self.emoji_as_words = emoji_as_words
        self.seen: list[str] = []
        self._values = values

    def tokenise(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        return [tuple(hash(word.lower()) for word in text.split()) for text in texts]

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer(r"\S+", text)]

    def probabilities(self, pieces: Sequence[Piece]) -> list[list[float]]:
        self.seen += [piece.text for piece in pieces]
        if self._values is not None:
            return self._values
        return [[self._value(piece.text), 0.1] for piece in pieces]

    @staticmethod
    def _value(text: str) -> float:
        return 0.9 if any(word in text.lower() for word in BAD_WORDS) else 0.05


class FakeScorer:
    """A scorer that counts its calls; ``act`` may block or raise before it answers."""

    name = "fake"
    version = "fake-1"
    labels = ("toxicity",)

    def __init__(self, act: Callable[[Sequence[str]], None] | None = None) -> None:
        self.calls: list[list[str]] = []
        self.act = act

    def score(self, texts: Sequence[str]) -> list[Scores]:
        self.calls.append(list(texts))
        if self.act:
            self.act(texts)
        return [scores_of(text) for text in texts]


def scores_of(text: str) -> Scores:
    """What the fake scorer gives: a value that names its text by its length."""
    return Scores({"toxicity": 0.9 if "idiot" in text else min(0.5, 0.001 * len(text))})


class DilutingEngine(WordEngine):
    """Sees a bad word less the more words stand around it, as models do.

    Args:
        keenness: with so many words around a bad one it is as sure as it can be.
    """

    def __init__(self, keenness: float) -> None:
        super().__init__()
        self._keenness = keenness

    def probabilities(self, pieces: Sequence[Piece]) -> list[list[float]]:
        self.seen += [piece.text for piece in pieces]
        return [[self.value(piece.text), 0.1] for piece in pieces]

    def value(self, text: str) -> float:
        """What one piece gets."""
        words = [word.strip(".") for word in text.lower().split()]
        bad = sum(word in BAD_WORDS for word in words)
        return 0.05 + 0.9 * min(1.0, self._keenness * bad / max(1, len(words)))
