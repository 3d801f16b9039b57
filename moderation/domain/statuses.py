"""The states of a comment and who may move it between them.

The table below is the whole of it; ``services/change_status.py`` is the only writer.
"""

from __future__ import annotations

from typing import Final

from moderation.errors import Conflict

PENDING: Final = "pending"
PUBLISHED: Final = "published"
QUEUED: Final = "queued"
REJECTED: Final = "rejected"
SPAM: Final = "spam"
WITHDRAWN: Final = "withdrawn"
ERASED: Final = "erased"

ALL: Final = (PENDING, PUBLISHED, QUEUED, REJECTED, SPAM, WITHDRAWN, ERASED)

DECISIONS: Final = ("approve", "reject", "spam")
"""What a moderator says of a comment; the words of the log."""

POLICY: Final = "policy"
MODERATOR: Final = "moderator"
UNDO: Final = "undo"
AUTHOR: Final = "author"
READER: Final = "reader"
SYSTEM: Final = "system"
IMPORT: Final = "import"

_IMPORTED: Final = frozenset({PUBLISHED, QUEUED, REJECTED, SPAM})

_MOVES: Final[dict[str, dict[str, frozenset[str]]]] = {
    POLICY: {PENDING: frozenset({PUBLISHED, QUEUED, REJECTED})},
    MODERATOR: {
        QUEUED: frozenset({PUBLISHED, REJECTED, SPAM, QUEUED}),
        PUBLISHED: frozenset({REJECTED, SPAM}),
        REJECTED: frozenset({PUBLISHED}),
        SPAM: frozenset({PUBLISHED}),
    },
    UNDO: {
        PUBLISHED: frozenset({QUEUED, REJECTED, SPAM}),
        REJECTED: frozenset({QUEUED, PUBLISHED}),
        SPAM: frozenset({QUEUED, PUBLISHED}),
        QUEUED: frozenset({QUEUED}),
    },
    # An edit is scored and decided again; it may hold a published comment but never
    # takes one out of the queue. An appeal brings a rejected comment back to it.
    AUTHOR: {
        PENDING: frozenset({PENDING, WITHDRAWN, ERASED}),
        PUBLISHED: frozenset({PUBLISHED, QUEUED, REJECTED, PENDING, WITHDRAWN, ERASED}),
        QUEUED: frozenset({QUEUED, WITHDRAWN, ERASED}),
        REJECTED: frozenset({QUEUED, WITHDRAWN, ERASED}),
        SPAM: frozenset({QUEUED, WITHDRAWN, ERASED}),
        WITHDRAWN: frozenset({ERASED}),
    },
    READER: {PUBLISHED: frozenset({QUEUED})},
    # A second import brings what has changed where the comment comes from, unless a person
    # has decided here since. What its author has withdrawn anywhere stays withdrawn.
    IMPORT: dict.fromkeys(_IMPORTED, _IMPORTED | {WITHDRAWN}),
    SYSTEM: {status: frozenset({ERASED}) for status in ALL if status != ERASED},
}

ACTORS: Final = tuple(_MOVES)


def check_move(actor: str, before: str, after: str) -> None:
    """Refuse a move that the state machine does not have.

    Args:
        actor: one of :data:`ACTORS`, the kind of hand that moves it.
        before: the comment's present status.
        after: the wanted status; equal to ``before`` where only a mark changes.

    Raises:
        Conflict: code ``illegal_transition``.
    """
    if after not in _MOVES[actor].get(before, frozenset()):
        raise Conflict(
            f"A {before} comment cannot become {after} this way.", code="illegal_transition"
        )
