"""Which words made the score: spans found by leaving words out, and by reading them alone.

First for sentences, then for the words of the sentences that mattered. A word matters
when the score falls without it; and since one of two insults can be left out without
any fall, also when it is toxic by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.scoring.base import Scorer

_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+[\"'”’)\]]*|\n+|$)")
_WORD = re.compile(r"\S+")
_EDGES = re.compile(r"^[^\w@$*#]+|[^\w@$*#]+$")

EXPLAINED_FROM = 0.3
"""Labels below this probability are not explained: there is nothing to find."""

LEAST_WEIGHT = 0.05
MOST_SENTENCES = 40
MOST_WORDS = 120


@dataclass(frozen=True)
class Highlight:
    """A stretch of text that raised a label.

    Attributes:
        start: first code point.
        end: one past the last.
        label: what it raised most.
        weight: fall of that label's probability without it, or that of it alone above
            one half, whichever is more; 0..1.
    """

    start: int
    end: int
    label: str
    weight: float


def highlights(scorer: Scorer, text: str, *, max_spans: int = 8) -> list[Highlight]:
    """Find the words that matter, in the order of the text.

    Args:
        scorer: asked at most three times, with many texts at once.
        text: the comment as stored; offsets are code points of it.
        max_spans: most spans given back, the weightiest.

    Raises:
        ScoringUnavailable: from the scorer.
    """
    whole = dict(scorer.score([text])[0].values)
    labels = [label for label, value in whole.items() if value >= EXPLAINED_FROM]
    if not labels:
        return []
    words = _words_that_may_matter(scorer, text, whole, labels)
    found = _merged(text, _weighed(scorer, text, words, whole, labels))
    heaviest = sorted(found, key=lambda span: span.weight, reverse=True)[:max_spans]
    return sorted(heaviest, key=lambda span: span.start)


def _words_that_may_matter(
    scorer: Scorer, text: str, whole: dict[str, float], labels: Sequence[str]
) -> list[tuple[int, int]]:
    sentences = [match.span() for match in _SENTENCE.finditer(text) if match.group().strip()]
    if len(sentences) > 1:
        weighed = _weighed(scorer, text, sentences[:MOST_SENTENCES], whole, labels)
        sentences = [(span.start, span.end) for span in weighed] or sentences
    words = [
        _trimmed(text, start + a, start + b)
        for start, end in sentences
        for a, b in _word_spans(text[start:end])
    ]
    return [word for word in words if word[0] < word[1]][:MOST_WORDS]


def _word_spans(sentence: str) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(sentence)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The word without the punctuation around it."""
    word = _EDGES.sub("", text[start:end])
    at = text.index(word, start) if word else end
    return at, at + len(word)


def _weighed(
    scorer: Scorer,
    text: str,
    spans: Sequence[tuple[int, int]],
    whole: dict[str, float],
    labels: Sequence[str],
) -> list[Highlight]:
    """Spans that matter, each with the label that it matters to most."""
    without = [text[:start] + " " + text[end:] for start, end in spans]
    alone = [text[start:end] for start, end in spans]
    scores = [found.values for found in scorer.score([*without, *alone])]
    found = []
    for (start, end), less, own in zip(spans, scores, scores[len(spans) :], strict=False):
        weights = {label: max(whole[label] - less[label], own[label] - 0.5) for label in labels}
        label = max(weights, key=lambda name: weights[name])
        if weights[label] >= LEAST_WEIGHT:
            found.append(Highlight(start, end, label, round(weights[label], 6)))
    return found


def _merged(text: str, spans: Sequence[Highlight]) -> list[Highlight]:
    """Neighbouring words of one label as one span, with the larger weight."""
    merged: list[Highlight] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last and last.label == span.label and not text[last.end : span.start].strip():
            merged[-1] = Highlight(last.start, span.end, span.label, max(last.weight, span.weight))
        else:
            merged.append(span)
    return merged
