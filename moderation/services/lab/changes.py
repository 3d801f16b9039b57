"""The comments whose outcome two policies differ in: counted exactly, the costly ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from moderation.domain.facts import APPROVED, MILLION, NO_SCORE, NOT_JUDGED, OUTCOMES, REFUSED
from moderation.domain.facts import id_text as text_of
from moderation.domain.scores import LABELS
from moderation.services.lab.columns import Array, Window
from moderation.services.lab.replay import PUBLISH, QUEUE, REJECT

JUDGED: Final = {NOT_JUDGED: None, APPROVED: "approved", REFUSED: "rejected"}

# What an admin should see first: a rejected comment that would appear, an approved one that
# would be rejected, then work that changes, then what nobody has judged.
_COST: Final = {
    (PUBLISH, REFUSED): 0,
    (REJECT, APPROVED): 1,
    (QUEUE, REFUSED): 2,
    (PUBLISH, APPROVED): 3,
    (QUEUE, APPROVED): 4,
    (REJECT, REFUSED): 5,
    (PUBLISH, NOT_JUDGED): 6,
    (REJECT, NOT_JUDGED): 7,
    (QUEUE, NOT_JUDGED): 8,
}


@dataclass(frozen=True)
class Move:
    """How many comments go from one outcome to another, by what people said of them."""

    before: str
    after: str
    judged: str | None
    count: int


@dataclass(frozen=True)
class Example:
    """One comment whose outcome differs.

    Attributes:
        scores: label to probability, as stored.
        judged: ``approved``, ``rejected`` or None.
        by_audit: whether only a blind audit has judged it.
    """

    id: str
    before: str
    after: str
    scores: dict[str, float]
    judged: str | None
    by_audit: bool
    at: datetime


def judgement(window: Window) -> Array:
    """What people said of each comment: a moderator's decision, else a blind audit."""
    return np.where(window["verdict"] != NOT_JUDGED, window["verdict"], window["audit"])


def moves(live: Array, candidate: Array, judged: Array) -> tuple[Move, ...]:
    """Every pair of different outcomes by judgement, the costly ones first."""
    code = (live.astype(np.int64) * 3 + candidate) * 3 + judged
    counts = np.bincount(code, minlength=27).reshape(3, 3, 3)
    found = [
        (_COST[after, said], Move(OUTCOMES[before], OUTCOMES[after], JUDGED[said], int(count)))
        for (before, after, said), count in np.ndenumerate(counts)
        if before != after and count
    ]
    return tuple(move for _, move in sorted(found, key=lambda pair: (pair[0], pair[1].before)))


def in_order(window: Window, live: Array, candidate: Array, judged: Array) -> Array:
    """Places of the comments that change: costly ones first, then the newest."""
    places = np.flatnonzero(live != candidate)
    table = np.zeros((3, 3), np.int64)
    for (after, said), rank in _COST.items():
        table[after, said] = rank
    cost = table[candidate[places], judged[places]]
    order: Array = places[np.lexsort((window["id"][places], -window["at"][places], cost))]
    return order


def examples(
    window: Window, live: Array, candidate: Array, places: Sequence[int]
) -> tuple[Example, ...]:
    """The comments at these places of the window."""
    judged = judgement(window)
    return tuple(
        Example(
            id=text_of(bytes(window["id"][place]).ljust(16, b"\0")),
            before=OUTCOMES[live[place]],
            after=OUTCOMES[candidate[place]],
            scores=scores_at(window, place),
            judged=JUDGED[int(judged[place])],
            by_audit=bool(window["verdict"][place] == NOT_JUDGED and judged[place]),
            at=datetime.fromtimestamp(int(window["at"][place]) / 1000, UTC),
        )
        for place in places
    )


def scores_at(window: Window, place: int) -> dict[str, float]:
    """Label to probability of one comment."""
    stored = {label: int(window[label][place]) for label in LABELS}
    return {label: score / MILLION for label, score in stored.items() if score != NO_SCORE}
