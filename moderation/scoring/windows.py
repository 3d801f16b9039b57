"""Long texts cut into windows, so that nothing is too far down to be read.

A model reads 512 tokens and no more, and notices a single insult less the more harmless
text stands around it. So a long text is read in small windows that begin and end with
sentences; where there are no sentences, with words, and then the windows overlap.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

from moderation.scoring.engine import Span

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*\s+|\n+")


def windows(text: str, spans: Sequence[Span], limit: int) -> list[Span]:
    """Choose the windows of a text.

    Args:
        text: the whole text.
        spans: (start, end) of each of its tokens, in code points.
        limit: most tokens in a window.

    Returns:
        Token ranges (first, one past the last). Together they cover every token, and
        each holds at least one and at most ``limit``.
    """
    count = len(spans)
    if count <= limit:
        return [(0, count)]
    sentences, words = _sentences(text, spans), _words(spans)
    chosen: list[Span] = []
    begin = 0
    while count - begin > limit:
        end, following = _cut(begin, begin + limit, sentences, words)
        chosen.append((begin, end))
        begin = following
    return [*chosen, (begin, count)]


def close_ups(text: str, spans: Sequence[Span], size: int) -> list[Span]:
    """Choose short stretches in one of which a passage stands nearly by itself.

    Args:
        text: the whole text.
        spans: (start, end) of each of its tokens, in code points.
        size: tokens in a stretch, about those of a sentence.

    Returns:
        Token ranges, each once: every sentence of up to twice the size, and, for passages
        that no full stop sets apart, stretches that begin at every half of the size.
    """
    count = len(spans)
    sentences = [0, *_sentences(text, spans), count]
    words = [0, *_words(spans), count]
    chosen = {
        (begin, end): None for begin, end in pairwise(sentences) if 0 < end - begin <= 2 * size
    }
    last = -size
    for begin in words[:-1]:
        if begin - last >= size // 2:
            last = begin
            end = _last_within(words, begin, begin + size) or min(begin + size, count)
            chosen[begin, end] = None
    tail = words[bisect_left(words, count - size)]
    if tail < count:
        chosen[tail, count] = None
    return list(chosen)


def _sentences(text: str, spans: Sequence[Span]) -> list[int]:
    """The tokens at which a sentence begins, but for the first."""
    starts = [start for start, _ in spans]
    return sorted({bisect_left(starts, match.end()) for match in _SENTENCE_END.finditer(text)})


def _words(spans: Sequence[Span]) -> list[int]:
    """The tokens at which a word begins, but for the first."""
    return [at for at in range(1, len(spans)) if spans[at][0] > spans[at - 1][1]]


def _cut(begin: int, most: int, sentences: Sequence[int], words: Sequence[int]) -> Span:
    """Where this window ends and where the next one begins."""
    end = _last_within(sentences, begin, most)
    if end:
        return end, end
    end = _last_within(words, begin, most) or most
    overlap = (end - begin) // 4
    return end, _last_within(words, begin, end - overlap) or max(begin + 1, end - overlap)


def _last_within(borders: Sequence[int], begin: int, most: int) -> int | None:
    """The last border after ``begin`` and up to ``most``."""
    at = bisect_right(borders, most) - 1
    return borders[at] if at >= 0 and borders[at] > begin else None
