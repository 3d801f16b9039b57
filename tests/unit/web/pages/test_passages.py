"""A text cut into plain, marked and blurred passages."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from moderation.web.pages.passages import Passage, excerpt, passages, stand_in

CALM = {"insult": 0.9, "threat": 0.1}
SEVERE = {"insult": 0.9, "threat": 0.8}


def _mark(start: int, end: int, label: str = "insult", weight: float = 0.1) -> dict[str, Any]:
    return {"start": start, "end": end, "label": label, "weight": weight}


def test_the_text_is_cut_at_its_marks_and_loses_nothing() -> None:
    body = "one two three"
    parts = passages(body, CALM, [_mark(4, 7, weight=0.3)], blur=True)
    assert parts == (
        Passage("one "),
        Passage("two", "insult", 1, strong=True),
        Passage(" three"),
    )


def test_only_the_passages_that_make_it_severe_are_blurred() -> None:
    body = "fool, wait until dark"
    marks = [_mark(0, 4), _mark(6, 21, "threat")]
    mild, hidden = (part for part in passages(body, SEVERE, marks, blur=True) if part.number)
    assert (mild.text, mild.blurred) == ("fool", False)
    assert hidden.blurred
    assert hidden.text != "wait until dark"
    assert [part.text for part in passages(body, SEVERE, marks, blur=False)][-1] == body[6:]


def test_marks_in_any_order_that_overlap_or_overreach_show_each_letter_once() -> None:
    body = "abcdefgh"
    marks = [_mark(5, 99), _mark(2, 6), _mark(7, 7)]
    assert "".join(part.text for part in passages(body, CALM, marks, blur=True)) == body


def test_offsets_are_code_points() -> None:
    parts = passages("🙂🙂 idiot", CALM, [_mark(3, 8)], blur=True)
    assert [part.text for part in parts] == ["🙂🙂 ", "idiot"]


def test_an_excerpt_ends_at_its_length_inside_a_passage() -> None:
    parts = (Passage("abc"), Passage("defgh", "insult", 1), Passage("ijk"))
    assert excerpt(parts, 5) == (Passage("abc"), Passage("de", "insult", 1))


@given(st.text(max_size=200))
def test_a_stand_in_keeps_the_shape_and_tells_no_letter(words: str) -> None:
    drawn = stand_in(words)
    assert len(drawn) == len(words)
    assert [letter.isspace() for letter in drawn] == [letter.isspace() for letter in words]
    assert drawn == stand_in(words)
    letters = {letter for letter in drawn if not letter.isspace()}
    assert letters <= set("abcdefghiklmnoprstuvw")
