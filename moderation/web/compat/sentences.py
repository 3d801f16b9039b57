"""Sentences of a text, with their places in UTF-16 code units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

SPANS_MAX = 100
# Lookbehind and possessive repeats keep it linear on a text of nothing but full stops.
_END = re.compile(r"(?<![.!?])[.!?]++[\"'\u201d\u2019)\]]*+(?=\s|$)|[\u3002\uff01\uff1f]+|\n")


class Sentence(NamedTuple):
    """A part of a text; ``begin`` and ``end`` (exclusive) count UTF-16 units."""

    begin: int
    end: int
    text: str


def utf16_units(text: str) -> int:
    """How long JavaScript says a text is."""
    return len(text) + sum(character > "\uffff" for character in text)


def whole(text: str) -> Sentence:
    """The whole text as one span."""
    return Sentence(0, utf16_units(text), text)


def sentences(text: str) -> list[Sentence]:
    """Cut a text at the ends of its sentences; at least one span for a text with content.

    A text of more than ``SPANS_MAX`` sentences gives spans of several neighbours each, so
    that one request cannot cost as much as thousands.
    """
    places = list(_places(text))
    size = -(-len(places) // SPANS_MAX) or 1
    found, at, units = [], 0, 0
    for first in range(0, len(places), size):
        begin, end = places[first][0], places[first : first + size][-1][1]
        start = units + utf16_units(text[at:begin])
        units = start + utf16_units(text[begin:end])
        at = end
        found.append(Sentence(start, units, text[begin:end]))
    return found or [whole(text)]


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each sentence in code points, white space around it left out."""
    begin = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        part = text[begin:end]
        if part.strip():
            yield begin + len(part) - len(part.lstrip()), begin + len(part.rstrip())
        begin = end
