"""Windows cover everything, respect the limit, and prefer the ends of sentences."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from moderation.scoring.windows import close_ups, windows


def spans_of(text: str, *, size: int = 3) -> list[tuple[int, int]]:
    """Tokens as a word-piece tokenizer makes them: words in parts of ``size`` letters."""
    return [
        (start, min(start + size, word.end()))
        for word in re.finditer(r"\S+", text)
        for start in range(word.start(), word.end(), size)
    ]


def covered(chosen: list[tuple[int, int]]) -> set[int]:
    return {token for first, end in chosen for token in range(first, end)}


@pytest.mark.parametrize("limit", [1, 2, 5, 16, 100, 1000])
@pytest.mark.parametrize(
    "text",
    [
        "One sentence here. Another one there! And a third? Yes.",
        "no borders at all " * 60,
        "x" * 900,
        "Short.\n\nLines\nwithout stops\n" * 20,
        "a" * 50 + " b. " + "c" * 200 + "! d",
    ],
)
def test_every_token_is_read_and_no_window_is_too_long(text: str, limit: int) -> None:
    spans = spans_of(text)
    chosen = windows(text, spans, limit)
    assert covered(chosen) == set(range(len(spans)))
    assert all(0 < end - first <= limit for first, end in chosen)
    assert all(one[0] < other[0] for one, other in pairwise(chosen))


def test_a_short_text_is_one_window() -> None:
    assert windows("Just this.", spans_of("Just this."), 10) == [(0, 4)]


def test_windows_end_with_sentences_and_then_do_not_overlap() -> None:
    text = "First sentence is here. Second sentence is here. Third sentence is here."
    spans = spans_of(text, size=20)
    chosen = windows(text, spans, 9)
    assert [text[spans[a][0] : spans[b - 1][1]] for a, b in chosen] == [
        "First sentence is here. Second sentence is here.",
        "Third sentence is here.",
    ]


def test_without_sentences_windows_overlap_at_words() -> None:
    text = " ".join(f"word{number}" for number in range(40))
    spans = spans_of(text, size=20)
    chosen = windows(text, spans, 12)
    assert all(other[0] < one[1] for one, other in pairwise(chosen))


def test_a_word_is_not_cut_where_it_need_not_be() -> None:
    text = "abcdef " * 20
    spans = spans_of(text)
    assert all(first % 2 == 0 for first, _ in windows(text, spans, 7))


@pytest.mark.parametrize(
    "text",
    [
        "no borders at all " * 20,
        "One sentence here. Another one there, a little longer! And a third? Yes.",
        "a" * 50 + " b. " + "c" * 200 + "! d",
        "word",
    ],
)
def test_close_ups_are_short_and_each_stands_once(text: str) -> None:
    spans = spans_of(text)
    chosen = close_ups(text, spans, 8)
    assert all(0 <= first < end <= min(first + 16, len(spans)) for first, end in chosen)
    assert len(set(chosen)) == len(chosen)


def test_a_passage_without_a_full_stop_stands_in_a_close_up_wherever_it_begins() -> None:
    words = [f"w{number}" for number in range(64)]
    text = " ".join(words)
    chosen = close_ups(text, spans_of(text), 16)
    for first in range(64 - 8):
        wanted = range(first, first + 8)
        assert any(a <= wanted[0] and wanted[-1] < b for a, b in chosen), first
    assert all(end - first <= 16 for first, end in chosen)


def test_a_sentence_stands_by_itself_in_a_close_up() -> None:
    text = (
        "It rained on the market square today. You are an idiot. The bus was late and full again."
    )
    spans = spans_of(text, size=20)
    texts = {text[spans[a][0] : spans[b - 1][1]] for a, b in close_ups(text, spans, 16)}
    assert "You are an idiot." in texts
