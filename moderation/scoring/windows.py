"""Long texts cut into windows, so that nothing is too far down to be read.

A model reads 512 tokens and no more, and notices a single insult less the more harmless
text stands around it. So a long text is read in small windows that begin and end with
sentences; where there are no sentences, with words, and then the windows overlap.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

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
    starts = [start for start, _ in spans]
    sentences = sorted({bisect_left(starts, match.end()) for match in _SENTENCE_END.finditer(text)})
    words = [at for at in range(1, count) if spans[at][0] > spans[at - 1][1]]
    chosen: list[Span] = []
    begin = 0
    while count - begin > limit:
        end, following = _cut(begin, begin + limit, sentences, words)
        chosen.append((begin, end))
        begin = following
    return [*chosen, (begin, count)]


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
