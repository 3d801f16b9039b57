"""From texts to scores: readings, windows, the model, the maximum.

Every engine is wrapped by the same pipeline, so that a score means the same whichever
model gave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from moderation.domain.normalise import normalise
from moderation.domain.scores import AS_WRITTEN, NORMALISED, BadScore, Scores, probability
from moderation.errors import ScoringUnavailable
from moderation.scoring.emoji_words import emoji_words
from moderation.scoring.engine import Engine, Piece, TokenIds
from moderation.scoring.windows import windows

REVISION = 1
"""Raised with every change of readings or windows; part of the scorer's version."""

WHOLE_TOKENS = 128
"""Texts up to this long are read in one piece."""

WINDOW_TOKENS = 64
"""Longer ones are read in windows of this many tokens."""


@dataclass(frozen=True)
class _Reading:
    """One way to read one text, and the numbers of the pieces it was cut into."""

    kind: str
    pieces: tuple[int, ...]


class PipelineScorer:
    """The scorer that the service uses, around one engine.

    Args:
        name: what an admin configured.
        engine: the loaded model.
    """

    def __init__(self, name: str, engine: Engine) -> None:
        self.name = name
        self.version = f"{engine.version}+r{REVISION}"
        self.labels = engine.labels
        self._engine = engine

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """Score each text, in order.

        Args:
            texts: any number, of any length; may be empty strings.

        Raises:
            ScoringUnavailable: where the model gives the wrong number of labels, or
                something that is not a probability.
        """
        pieces: dict[Piece, int] = {}
        readings = self._readings(texts, pieces)
        values = self._values(list(pieces))
        return [self._best(of_text, values) for of_text in readings]

    def _readings(self, texts: Sequence[str], pieces: dict[Piece, int]) -> list[list[_Reading]]:
        written = [self._as_written(text) for text in texts]
        plain = [normalise(emoji_words(text)) for text in map(_encodable, texts)]
        tokens = self._tokens(written, plain)
        readings = []
        for text, other_text in zip(written, plain, strict=True):
            own, other = tokens[text], tokens[other_text]
            of_text = [_Reading(AS_WRITTEN, self._numbered(self._cut(text, own), pieces))]
            if other != own:
                of_text.append(
                    _Reading(NORMALISED, self._numbered(self._cut(other_text, other), pieces))
                )
            readings.append(of_text)
        return readings

    def _tokens(self, *readings: Sequence[str]) -> dict[str, TokenIds]:
        """Token ids by text; an ordinary text reads the same both ways and is cut once."""
        distinct = list(dict.fromkeys(chain(*readings)))
        return dict(zip(distinct, self._engine.tokenise(distinct), strict=True))

    def _as_written(self, text: str) -> str:
        text = _encodable(text)
        return emoji_words(text) if self._engine.emoji_as_words else text

    def _cut(self, text: str, tokens: tuple[int, ...]) -> Iterable[Piece]:
        if len(tokens) <= min(WHOLE_TOKENS, self._engine.max_tokens):
            return [Piece(text, tokens)]
        spans = self._engine.spans(text)
        chosen = windows(text, spans, min(WINDOW_TOKENS, self._engine.max_tokens))
        return [Piece(text[spans[a][0] : spans[b - 1][1]], tokens[a:b]) for a, b in chosen]

    @staticmethod
    def _numbered(cut: Iterable[Piece], pieces: dict[Piece, int]) -> tuple[int, ...]:
        """Numbers of pieces; equal pieces of one call share a number and are read once."""
        return tuple(pieces.setdefault(piece, len(pieces)) for piece in cut)

    def _values(self, pieces: Sequence[Piece]) -> list[list[float]]:
        raw = self._engine.probabilities(pieces) if pieces else []
        if len(raw) != len(pieces) or any(len(row) != len(self.labels) for row in raw):
            raise ScoringUnavailable("The model gave another number of scores than it has labels.")
        try:
            return [[probability(value) for value in row] for row in raw]
        except BadScore as error:
            raise ScoringUnavailable(
                "The model gave something that is not a probability."
            ) from error

    def _best(self, readings: Sequence[_Reading], values: Sequence[Sequence[float]]) -> Scores:
        """The highest value of each label, and which reading gave it."""
        best: dict[str, float] = {}
        won: dict[str, str] = {}
        for reading in readings:
            for column, label in enumerate(self.labels):
                value = max(values[number][column] for number in reading.pieces)
                if value > best.get(label, -1.0):
                    best[label], won[label] = value, reading.kind
        return Scores(best, won, windows=max(len(reading.pieces) for reading in readings))


def _encodable(text: str) -> str:
    """Half of a surrogate pair is no character and no tokenizer takes it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text
