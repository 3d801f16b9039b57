"""Which words made the score: spans found by leaving words out, and by reading them alone.

First for phrases (short sentences, or parts of long ones), then for the words of the
phrases that matter most, so that the price stays small: ten forward batches for a text of
60 words. A word matters when the score falls without it; and since one of two insults can
be left out without any fall, also when it is toxic by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from moderation.scoring.base import Scorer

_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+[\"'”’)\]]*|\n+|$)")
_WORD = re.compile(r"\S+")
_EDGES = re.compile(r"^[^\w@$*#]+|[^\w@$*#]+$")

EXPLAINED_FROM = 0.3
"""Labels below this probability are not explained: there is nothing to find."""

LEAST_WEIGHT = 0.05
PHRASE_WORDS = 8
MOST_PHRASES = 60
LEAST_WORDS, MOST_WORDS = 12, 120
"""Words looked at one by one: a fifth of the text's, within these bounds."""

Span = tuple[int, int]


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
    weighed = _weighed(scorer, text, words, whole, labels)
    found = _merged(text, [span for span in weighed if span.weight >= LEAST_WEIGHT])
    heaviest = sorted(found, key=lambda span: span.weight, reverse=True)[:max_spans]
    return sorted(heaviest, key=lambda span: span.start)


def _words_that_may_matter(
    scorer: Scorer, text: str, whole: dict[str, float], labels: Sequence[str]
) -> list[Span]:
    """Words of the weightiest phrases, in the order of the text."""
    phrases = _phrases(text)
    if len(phrases) > 1:
        weighed = _weighed(scorer, text, phrases[:MOST_PHRASES], whole, labels)
        mattering = [span for span in weighed if span.weight >= LEAST_WEIGHT] or weighed
        mattering.sort(key=lambda span: span.weight, reverse=True)
        phrases = [(span.start, span.end) for span in mattering]
    most = min(MOST_WORDS, max(LEAST_WORDS, len(_WORD.findall(text)) // 5))
    words = [word for phrase in phrases for word in _words(text, *phrase)]
    return sorted(words[:most])


def _phrases(text: str) -> list[Span]:
    """Sentences joined or cut to at most ``PHRASE_WORDS`` words; they cover every word."""
    phrases: list[Span] = []
    room = 0
    for sentence in _SENTENCE.finditer(text):
        words = [
            (sentence.start() + match.start(), sentence.start() + match.end())
            for match in _WORD.finditer(sentence.group())
        ]
        if words and len(words) <= room:
            phrases[-1] = (phrases[-1][0], words[-1][1])
            room -= len(words)
        elif words:
            parts = -(-len(words) // PHRASE_WORDS)
            borders = [len(words) * part // parts for part in range(parts + 1)]
            phrases += [(words[a][0], words[b - 1][1]) for a, b in pairwise(borders)]
            room = PHRASE_WORDS - (borders[-1] - borders[-2])
    return phrases


def _words(text: str, start: int, end: int) -> list[Span]:
    """The words of a stretch, without the punctuation around them."""
    words = []
    for match in _WORD.finditer(text, start, end):
        word = _EDGES.sub("", match.group())
        if word:
            at = match.start() + match.group().index(word)
            words.append((at, at + len(word)))
    return words


def _weighed(
    scorer: Scorer,
    text: str,
    spans: Sequence[Span],
    whole: dict[str, float],
    labels: Sequence[str],
) -> list[Highlight]:
    """What each span weighs, for the label that it matters to most."""
    without = [text[:start] + " " + text[end:] for start, end in spans]
    alone = [text[start:end] for start, end in spans]
    scores = [found.values for found in scorer.score([*without, *alone])]
    found = []
    for (start, end), less, own in zip(spans, scores, scores[len(spans) :], strict=False):
        weights = {label: max(whole[label] - less[label], own[label] - 0.5) for label in labels}
        label = max(weights, key=lambda name: weights[name])
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
