"""The order in which a page's thread is shown: whole conversations, replies one level deep.

Comments may answer each other to any depth. A reader gets each conversation's first
comment and, below it, everything that was said in answer, oldest first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_Key = tuple[datetime, str]


@dataclass(frozen=True)
class Spot:
    """Where a comment stands in its page's tree.

    Attributes:
        shown: whether readers see it; those that they don't see still join their replies
            to what stands above.
    """

    id: str
    parent_id: str | None
    created_at: datetime
    shown: bool


@dataclass(frozen=True)
class Entry:
    """A shown comment in its place.

    Attributes:
        root_id: the comment that the conversation begins with; its own id for that one.
    """

    id: str
    root_id: str
    root_at: datetime
    created_at: datetime

    @property
    def cursor(self) -> tuple[datetime, str, datetime, str]:
        """What a list that goes on after this entry needs to know."""
        return (self.root_at, self.root_id, self.created_at, self.id)


Cursor = tuple[datetime, str, datetime, str]
MEMBERS: Final = (datetime, str, datetime, str)


def display_order(
    spots: Iterable[Spot], *, newest: bool, after: Cursor | None = None
) -> list[Entry]:
    """All shown comments of a page in display order.

    Args:
        spots: every comment of the page, shown or not, in any order.
        newest: the newest conversation first; replies are oldest first either way.
        after: the :attr:`Entry.cursor` of the last entry that the reader has already.
    """
    by_id = {spot.id: spot for spot in spots}
    tops = _tops(by_id)
    entries = [
        Entry(spot.id, top.id, top.created_at, spot.created_at)
        for spot in by_id.values()
        if spot.shown and (top := tops[spot.id]) is not None
    ]
    entries.sort(key=_within)
    entries.sort(key=_root, reverse=newest)
    if after is None:
        return entries
    last = Entry(after[3], after[1], after[0], after[2])
    return [entry for entry in entries if _follows(entry, last, newest=newest)]


def _follows(entry: Entry, last: Entry, *, newest: bool) -> bool:
    if _root(entry) == _root(last):
        return _within(entry) > _within(last)
    return (_root(entry) < _root(last)) is newest


def _root(entry: Entry) -> _Key:
    return (entry.root_at, entry.root_id)


def _within(entry: Entry) -> tuple[bool, datetime, str]:
    return (entry.id != entry.root_id, entry.created_at, entry.id)


def _tops(by_id: dict[str, Spot]) -> dict[str, Spot | None]:
    """The topmost shown comment above each one, itself included; None where there is none.

    A loop and no recursion: a conversation can be deeper than Python's stack.
    """
    tops: dict[str, Spot | None] = {}
    for spot in by_id.values():
        chain: list[Spot] = []
        here: Spot | None = spot
        while here is not None and here.id not in tops:
            tops[here.id] = None
            chain.append(here)
            here = by_id.get(here.parent_id) if here.parent_id else None
        top = tops[here.id] if here else None
        for link in reversed(chain):
            top = top or (link if link.shown else None)
            tops[link.id] = top
    return tops
