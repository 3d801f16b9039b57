"""What a model must offer so that the pipeline can score with it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

TokenIds = tuple[int, ...]
Span = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """One stretch of text that goes through the model at once.

    Attributes:
        text: the characters.
        tokens: the same as token ids, without the model's start and end marks.
    """

    text: str
    tokens: TokenIds


class Engine(Protocol):
    """A loaded model.

    Attributes:
        version: identifies the weights.
        labels: known labels, in the order of the probabilities.
        max_tokens: longest piece that the model can read, its own marks not counted.
        emoji_as_words: whether it was trained on the names of emoji.
    """

    version: str
    labels: tuple[str, ...]
    max_tokens: int
    emoji_as_words: bool

    def tokenise(self, texts: Sequence[str]) -> list[TokenIds]:
        """Token ids of each text, however long it is."""
        ...

    def spans(self, text: str) -> list[Span]:
        """Where each token of a text stands, as (start, end) in code points."""
        ...

    def probabilities(self, pieces: Sequence[Piece]) -> list[list[float]]:
        """Raw probabilities: one list per piece, one value per label."""
        ...


def available_cores() -> int:
    """Cores that this process may use, which can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
