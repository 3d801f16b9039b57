"""A site's facts as columns in memory, one array a field, kept up by what has changed.

A process reads a site's rows once and afterwards only what was written since; a preview then
compares arrays and asks the database for nothing but the few comments that it shows. Seventy
bytes a comment: a million comments take about 70 MB.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from moderation.domain.facts import FIELDS, IMPORTED_AT, NO_SCORE, NOT_JUDGED, SOURCE_AT
from moderation.domain.foreign_comment import SOURCES
from moderation.domain.scores import LABELS
from moderation.storage import facts
from moderation.storage.unit_of_work import Store

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

SITES_KEPT: Final = 16
FEW: Final = 2_000
_KINDS: Final = {"16s": "S16", "q": "<i8", "i": "<i4", "I": "<u4", "H": "<u2", "B": "u1"}
ROW: Final = np.dtype([(name, _KINDS[code]) for name, code in FIELDS])


@dataclass(frozen=True)
class Window:
    """The scored comments of a period, field to array, oldest first.

    Attributes:
        unscored: comments of the period without any score; no policy can be replayed on them.
    """

    columns: dict[str, Array]
    unscored: int

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.columns["at"])

    def part(self, first: int, last: int) -> Window:
        """The comments from one place to below another."""
        return Window({name: column[first:last] for name, column in self.columns.items()}, 0)


@dataclass(frozen=True)
class DecidedElsewhere:
    """Comments of a window whose only decision was made in the system they were imported from.

    Attributes:
        included: whether they count as decisions here.
        sources: how many, by that system.
    """

    included: bool
    sources: Mapping[str, int]

    @property
    def decisions(self) -> int:
        return sum(self.sources.values())


def decided_elsewhere(window: Window, *, include: bool) -> tuple[Window, DecidedElsewhere]:
    """What other systems decided, and the window in which that counts where it is wanted."""
    said = window["flags"] >> IMPORTED_AT & 3
    said[(window["verdict"] != NOT_JUDGED) | (window["audit"] != NOT_JUDGED)] = NOT_JUDGED
    places = (window["flags"] >> SOURCE_AT)[said != NOT_JUDGED]
    counts = np.bincount(places, minlength=len(SOURCES))
    sources = {name: int(n) for name, n in zip(SOURCES, counts, strict=False) if n}
    if include and sources:
        verdict = np.where(said != NOT_JUDGED, said, window["verdict"])
        window = Window({**window.columns, "verdict": verdict}, window.unscored)
    return window, DecidedElsewhere(include, sources)


@dataclass
class _Kept:
    """What a process holds of one site."""

    columns: dict[str, Array] = field(default_factory=dict)
    stamp: int | None = None
    guard: threading.Lock = field(default_factory=threading.Lock)


class FactColumns:
    """Hands out windows of sites' facts; safe to ask from many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sites: OrderedDict[str, _Kept] = OrderedDict()
        self._guard = threading.Lock()

    def window(self, site_id: str, since: datetime, until: datetime) -> Window:
        """The site's scored comments sent after ``since`` and not after ``until``.

        Raises:
            Unavailable: the database cannot be reached.
        """
        columns = self._fresh(site_id)
        ends = [round(moment.timestamp() * 1000) for moment in (since, until)]
        first, last = np.searchsorted(columns["at"], ends, side="right")
        inside = {name: part[first:last] for name, part in columns.items()}
        scored = inside.pop("scored")
        # A slice is a view: only where some have no score are columns copied.
        picked = inside if scored.all() else {n: part[scored] for n, part in inside.items()}
        return Window(picked, len(scored) - int(scored.sum()))

    def _fresh(self, site_id: str) -> dict[str, Array]:
        with self._guard:
            kept = self._sites.setdefault(site_id, _Kept())
            self._sites.move_to_end(site_id)
            if len(self._sites) > SITES_KEPT:
                self._sites.popitem(last=False)
        with kept.guard:
            with self._store.read() as session:
                changes = facts.changed_since(session, site_id, kept.stamp)
            if changes.packed or not kept.columns:
                kept.columns = _merged(kept.columns, changes.packed)
            kept.stamp = changes.next_stamp
            return kept.columns


def _merged(columns: dict[str, Array], packed: bytes) -> dict[str, Array]:
    """The columns with some rows replaced or added, forgotten ones left out, by time."""
    fresh = np.frombuffer(packed, dtype=ROW)
    parts = {name: np.ascontiguousarray(fresh[name]) for name in ROW.names or ()}
    parts["scored"] = np.zeros(len(fresh), bool)
    for label in LABELS:
        parts["scored"] |= parts[label] != NO_SCORE
    if columns and (quick := _put_in(columns, parts)) is not None:
        return quick
    if columns:
        stays = ~np.isin(columns["id"], parts["id"])
        parts = {name: np.concatenate([part[stays], parts[name]]) for name, part in columns.items()}
    there = parts["at"] != 0
    order = np.argsort(parts["at"], kind="stable")
    order = order[there[order]]
    return {name: part[order] for name, part in parts.items()}


def _put_in(columns: dict[str, Array], parts: dict[str, Array]) -> dict[str, Array] | None:
    """The columns with a few rows replaced in their places or put in; None for the long way.

    A comment's time never changes, so its row is found by it: nothing is sorted, and no id is
    held against a million others. Windows that were handed out look at the old columns.
    """
    if len(parts["at"]) > FEW or (parts["at"] == 0).any():
        return None
    starts = np.searchsorted(columns["at"], parts["at"], side="left")
    ends = np.searchsorted(columns["at"], parts["at"], side="right")
    places = np.array(
        [_place(columns["id"], *row) for row in zip(parts["id"], starts, ends, strict=True)]
    )
    there = places >= 0
    merged = {}
    for name, column in columns.items():
        changed = column.copy()
        changed[places[there]] = parts[name][there]
        merged[name] = changed
    if there.all():
        return merged
    order = np.argsort(parts["at"][~there], kind="stable")
    at = ends[~there][order]
    return {
        name: np.insert(column, at, parts[name][~there][order]) for name, column in merged.items()
    }


def _place(ids: Array, wanted: Any, start: int, end: int) -> int:
    """Where an id stands between two places; -1 where it does not."""
    found = np.flatnonzero(ids[start:end] == wanted)
    return start + int(found[0]) if len(found) else -1
