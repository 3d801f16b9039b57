"""The order in which a page's thread is shown: whole conversations, replies one level deep.

Comments may answer each other to any depth. A reader gets each conversation's first
comment and, below it, everything that was said in answer, oldest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Spot(NamedTuple):
    """Where a comment stands in its page's tree.

    Attributes:
        shown: whether readers see it; those that they don't see still join their replies
            to what stands above.
    """

    id: str
    parent_id: str | None
    shown: bool


class Entry(NamedTuple):
    """A shown comment in its place.

    Attributes:
        root_id: the comment that the conversation begins with; its own id for that one.
    """

    root_id: str
    id: str


def display_order(
    spots: Sequence[Spot], *, newest: bool, after: Entry | None = None
) -> Iterator[Entry]:
    """The shown comments of a page in display order.

    Args:
        spots: every comment of the page, shown or not, oldest first.
        newest: the newest conversation first; replies are oldest first either way.
        after: the last entry that the reader has already.

    Raises:
        ValueError: ``after`` was never in this thread.
    """
    places = {spot.id: place for place, spot in enumerate(spots)}
    talks = _talks(spots, places)
    roots = sorted(talks, reverse=newest)
    last_root = last = -1
    if after is not None:
        if after.root_id not in places or after.id not in places:
            raise ValueError("not of this thread")
        last_root, last = places[after.root_id], places[after.id]
        roots = [root for root in roots if root == last_root or (root < last_root) is newest]
    for root in roots:
        for place in talks[root]:
            begun = root == last_root and (place == root or (last != root and place <= last))
            if not begun:
                yield Entry(spots[root].id, spots[place].id)


def _talks(spots: Sequence[Spot], places: dict[str, int]) -> dict[int, list[int]]:
    """Place of a first comment → places of its conversation, itself first."""
    talks: dict[int, list[int]] = {}
    for place, top in enumerate(_tops(spots, places)):
        if top == place:
            talks.setdefault(place, [place])
        elif top is not None and spots[place].shown:
            talks.setdefault(top, [top]).append(place)
    return talks


def _tops(spots: Sequence[Spot], places: dict[str, int]) -> list[int | None]:
    """Place of the topmost shown comment above each, itself included; None where none is.

    A loop and no recursion: a conversation can be deeper than Python's stack. A parent
    may come later than its reply, in what was imported.
    """
    tops: list[int | None] = [None] * len(spots)
    known = bytearray(len(spots))
    for first, (_, parent_id, shown) in enumerate(spots):
        if known[first]:
            continue
        above = places.get(parent_id) if parent_id else None
        if above is None or known[above]:
            # Nearly all: it begins something, or answers what stands before it.
            known[first] = 1
            top = None if above is None else tops[above]
            tops[first] = first if top is None and shown else top
            continue
        chain = []
        here: int | None = first
        while here is not None and not known[here]:
            known[here] = 1
            chain.append(here)
            here = places.get(spots[here].parent_id or "")
        top = None if here is None else tops[here]
        for place in reversed(chain):
            if top is None and spots[place].shown:
                top = place
            tops[place] = top
    return tops
