"""Conversations: who stands below whom, and where a list goes on."""

from __future__ import annotations

import random

import pytest

from moderation.domain.thread_order import Entry, Spot, display_order


def _order(spots: list[Spot], *, newest: bool = False, after: Entry | None = None) -> list[str]:
    return [f"{e.root_id}:{e.id}" for e in display_order(spots, newest=newest, after=after)]


def test_replies_of_what_is_not_shown_stay_with_what_stands_above() -> None:
    spots = [
        Spot("a", None, True),
        Spot("b", "a", False),
        Spot("c", "b", True),
        Spot("d", None, False),
        Spot("e", "d", True),
        Spot("f", "d", True),
        Spot("g", "e", True),
        Spot("h", "gone", True),
    ]
    assert _order(spots) == ["a:a", "a:c", "e:e", "e:g", "f:f", "h:h"]
    assert _order(spots, newest=True) == ["h:h", "f:f", "e:e", "e:g", "a:a", "a:c"]


def test_a_reply_that_is_older_than_its_parent_still_stands_below_it() -> None:
    spots = [Spot("reply", "parent", True), Spot("x", None, True), Spot("parent", None, True)]
    assert _order(spots) == ["x:x", "parent:parent", "parent:reply"]


def test_a_ring_of_parents_ends() -> None:
    assert len(_order([Spot("a", "b", True), Spot("b", "a", True)])) == 2


@pytest.mark.parametrize("newest", [False, True])
def test_each_entry_is_followed_by_the_rest(*, newest: bool) -> None:
    rng = random.Random(7)
    ids = [str(place) for place in range(60)]
    spots = [Spot(name, rng.choice([None, *ids]), rng.random() < 0.8) for name in ids]
    whole = list(display_order(spots, newest=newest))
    assert sorted(entry.id for entry in whole) == sorted(spot.id for spot in spots if spot.shown)
    for place, entry in enumerate(whole):
        assert list(display_order(spots, newest=newest, after=entry)) == whole[place + 1 :]


def test_a_cursor_outlives_the_comment_that_it_names() -> None:
    shown = [
        Spot("a", None, True),
        Spot("b", "a", True),
        Spot("c", "a", True),
        Spot("d", None, True),
    ]
    hidden = [spot if spot.id != "b" else Spot("b", "a", False) for spot in shown]
    assert _order(hidden, after=Entry("a", "b")) == ["a:c", "d:d"]
    with pytest.raises(ValueError, match="not of this thread"):
        _order(shown, after=Entry("a", "z"))
