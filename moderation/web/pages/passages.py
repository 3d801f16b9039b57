"""A comment's text cut into passages: plain, marked, and blurred until asked for.

Only text leaves this module; the template escapes it. Offsets are code points, as in
the highlights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from moderation.domain.severity import severe_passages

STRONG_FROM: Final = 0.25
EXCERPT: Final = 220
_VOWELS: Final = "aeiou"
_CONSONANTS: Final = "bcdfghklmnprstvw"


@dataclass(frozen=True)
class Passage:
    """A stretch of a comment's text.

    Attributes:
        text: the words, or, where ``blurred``, others of the same shape.
        label: what it was marked for, or None.
        number: its place among the marked ones, from 1; 0 where it is not marked.
        strong: whether it weighed much.
        blurred: whether the words themselves are left out.
    """

    text: str
    label: str | None = None
    number: int = 0
    strong: bool = False
    blurred: bool = False


def passages(
    body: str,
    scores: Mapping[str, float],
    highlights: Sequence[Mapping[str, Any]] | None,
    *,
    blur: bool,
) -> tuple[Passage, ...]:
    """Cut a text at its marked passages.

    Args:
        body: the text as stored.
        scores: label to probability.
        highlights: marked passages in the order of the text; None where none are known.
        blur: whether severe passages are left out.
    """
    marks = sorted(highlights or (), key=lambda mark: int(mark["start"]))
    hidden = {mark["start"] for mark in severe_passages(scores, marks)} if blur else set()
    found: list[Passage] = []
    at = 0
    for number, mark in enumerate(marks, start=1):
        start, end = max(at, int(mark["start"])), min(len(body), int(mark["end"]))
        if end <= start:
            continue
        if start > at:
            found.append(Passage(body[at:start]))
        words, blurred = body[start:end], mark["start"] in hidden
        text = stand_in(words) if blurred else words
        strong = float(mark["weight"]) >= STRONG_FROM
        found.append(Passage(text, str(mark["label"]), number, strong, blurred))
        at = end
    if at < len(body):
        found.append(Passage(body[at:]))
    return tuple(found)


def excerpt(parts: Sequence[Passage], longest: int = EXCERPT) -> tuple[Passage, ...]:
    """The beginning of a text, for a card in a list."""
    shown: list[Passage] = []
    left = longest
    for part in parts:
        if left <= 0:
            break
        text = part.text[:left]
        shown.append(Passage(text, part.label, part.number, part.strong, part.blurred))
        left -= len(text)
    return tuple(shown)


def stand_in(words: str) -> str:
    """Text of the same shape without the words: each letter is drawn anew.

    The draw depends on the words alone, so that a page looks the same when it is shown
    again; it tells nothing of them but lengths.
    """
    stream = hashlib.shake_256(words.encode("utf-8", "replace")).digest(max(1, len(words)))
    return "".join(
        _drawn(letter, place, draw)
        for place, (letter, draw) in enumerate(zip(words, stream, strict=False))
    )


def _drawn(letter: str, place: int, draw: int) -> str:
    if letter.isspace():
        return letter
    return _CONSONANTS[draw % len(_CONSONANTS)] if place % 2 else _VOWELS[draw % len(_VOWELS)]
