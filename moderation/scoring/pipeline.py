"""From texts to scores: readings, windows, the model, the maximum.

Every engine is wrapped by the same pipeline, so that a score means the same whichever
model gave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from moderation.domain.normalise import normalise
from moderation.domain.scores import AS_WRITTEN, NORMALISED, BadScore, Scores, probability
from moderation.errors import ScoringUnavailable
from moderation.scoring.emoji_words import emoji_words
from moderation.scoring.engine import Engine, Piece, Span, TokenIds
from moderation.scoring.windows import close_ups, windows

REVISION = 3
"""Raised with every change of readings or windows; part of the scorer's version."""

WHOLE_TOKENS = 128
"""Texts up to this long are read in one piece."""

WINDOW_TOKENS = 64
"""Longer ones are read in windows of this many tokens."""


CLOSER_WINDOWS = 2
"""So many of a long text's windows, the worst ones, are read once more, closer."""

CLOSER_TOKENS = 16
"""About a sentence: abuse scores lower the more harmless words are read with it."""

CLOSER_COUNTS = 0.8
"""A closer look raises a score from here on only: a few words torn from their sentence are
often taken for a mild attack, and hardly ever for a plain one."""


@dataclass(frozen=True)
class _Reading:
    """One way to read one text, and the numbers of the pieces it was cut into."""

    kind: str
    pieces: tuple[int, ...]


@dataclass
class _Pieces:
    """Distinct pieces of one call, in the order in which they came, and their values."""

    numbers: dict[Piece, int] = field(default_factory=dict)
    values: list[list[float]] = field(default_factory=list)

    def numbered(self, cut: Iterable[Piece]) -> tuple[int, ...]:
        """Numbers of pieces; equal ones share a number and are read once."""
        return tuple(self.numbers.setdefault(piece, len(self.numbers)) for piece in cut)


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
        pieces, closer = _Pieces(), _Pieces()
        readings = self._readings(texts, pieces)
        pieces.values = self._values(list(pieces.numbers))
        looks = [self._closer(of_text, pieces, closer) for of_text in readings]
        closer.values = self._values(list(closer.numbers))
        return [
            self._best(of_text, look, pieces, closer)
            for of_text, look in zip(readings, looks, strict=True)
        ]

    def _readings(self, texts: Sequence[str], pieces: _Pieces) -> list[list[_Reading]]:
        written = [self._as_written(text) for text in texts]
        plain = [normalise(emoji_words(text)) for text in map(_encodable, texts)]
        tokens = self._tokens(written, plain)
        readings = []
        for text, other_text in zip(written, plain, strict=True):
            own, other = tokens[text], tokens[other_text]
            of_text = [_Reading(AS_WRITTEN, pieces.numbered(self._cut(text, own)))]
            if other != own:
                cut = self._cut(other_text, other)
                of_text.append(_Reading(NORMALISED, pieces.numbered(cut)))
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
        return self._windows(text, tokens, WINDOW_TOKENS)

    def _windows(self, text: str, tokens: TokenIds, limit: int) -> list[Piece]:
        spans = self._engine.spans(text)
        chosen = windows(text, spans, min(limit, self._engine.max_tokens))
        return _pieces(text, tokens, spans, chosen)

    def _closer(
        self, readings: Sequence[_Reading], pieces: _Pieces, closer: _Pieces
    ) -> list[tuple[int, ...]]:
        """For each reading the numbers of what is read again of its worst windows."""
        every = list(pieces.numbers)
        looks: list[tuple[int, ...]] = []
        for reading in readings:
            if len(reading.pieces) == 1:
                looks.append(())
                continue
            distinct = dict.fromkeys(reading.pieces)
            worst = sorted(distinct, key=lambda number: -max(pieces.values[number]))
            cut = self._close_ups([every[number].text for number in worst[:CLOSER_WINDOWS]])
            looks.append(closer.numbered(cut))
        return looks

    def _close_ups(self, texts: Sequence[str]) -> list[Piece]:
        cut: list[Piece] = []
        for text, tokens in zip(texts, self._engine.tokenise(texts), strict=True):
            spans = self._engine.spans(text)
            cut += _pieces(text, tokens, spans, close_ups(text, spans, CLOSER_TOKENS))
        return cut

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

    def _best(
        self,
        readings: Sequence[_Reading],
        looks: Sequence[tuple[int, ...]],
        pieces: _Pieces,
        closer: _Pieces,
    ) -> Scores:
        """The highest value of each label, and which reading gave it."""
        best: dict[str, float] = {}
        won: dict[str, str] = {}
        for reading, look in zip(readings, looks, strict=True):
            for column, label in enumerate(self.labels):
                value = max(pieces.values[number][column] for number in reading.pieces)
                near = max((closer.values[number][column] for number in look), default=0.0)
                if near >= CLOSER_COUNTS:
                    value = max(value, near)
                if value > best.get(label, -1.0):
                    best[label], won[label] = value, reading.kind
        return Scores(best, won, windows=max(len(reading.pieces) for reading in readings))


def _pieces(
    text: str, tokens: TokenIds, spans: Sequence[Span], chosen: Iterable[Span]
) -> list[Piece]:
    return [Piece(text[spans[a][0] : spans[b - 1][1]], tokens[a:b]) for a, b in chosen]


def _encodable(text: str) -> str:
    """Half of a surrogate pair is no character and no tokenizer takes it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text
