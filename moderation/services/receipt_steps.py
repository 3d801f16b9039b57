"""What has happened to a comment, in the steps that its writer may know.

They are read from the moderation log: who decided, colleagues' notes, escalations,
scores and decisions that were taken back are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models import Comment, ModerationLog
from moderation.domain.reasons import APPEALED, writer_text
from moderation.domain.statuses import (
    AUTHOR,
    IMPORT,
    MODERATOR,
    PENDING,
    POLICY,
    PUBLISHED,
    QUEUED,
    READER,
    REJECTED,
    SPAM,
    SYSTEM,
    UNDO,
)
from moderation.storage import history

_OWN: Final = {"edit": "edited", "appeal": "appealed", "withdraw": "withdrawn", "erase": "erased"}
_BY_POLICY: Final = {PUBLISHED: "checked", QUEUED: "held", REJECTED: "refused"}
_BY_PERSON: Final = {PUBLISHED: "approved", REJECTED: "rejected", SPAM: "rejected"}
KINDS: Final = (
    "received", *_BY_POLICY.values(), *dict.fromkeys(_BY_PERSON.values()), *_OWN.values(),
    "reported", "imported",
)  # fmt: skip
"""All that a step can be."""


@dataclass(frozen=True)
class ReceiptReason:
    """A reason code with the words for the writer."""

    code: str
    text: str


@dataclass(frozen=True)
class ReceiptStep:
    """One step.

    Attributes:
        kind: one of :data:`KINDS`.
        status: where the comment stood after it; spam is told as rejected.
        reasons: why it was held or refused, and what a moderator has said to the writer.
    """

    kind: str
    at: datetime
    status: str
    reasons: tuple[ReceiptReason, ...] = ()


def steps_of(comment: Comment, log: Sequence[ModerationLog]) -> tuple[ReceiptStep, ...]:
    """The steps of a comment, oldest first; the first is that it was received.

    Args:
        log: all of the comment's, oldest first.
    """
    steps = [ReceiptStep("received", comment.created_at, PENDING)]
    # A slip of the hand, with words perhaps meant for somebody else, is not told for good.
    undone = history.undone(log)
    for row in log:
        if row.id in undone or row.actor == UNDO:
            continue
        kind = _kind(row)
        if kind is not None:
            status = told_status(row.to_status)
            steps.append(ReceiptStep(kind, row.at, status, _reasons(row)))
    return tuple(steps)


def told_status(status: str) -> str:
    """The status in words for the writer, who is not called a spammer."""
    return REJECTED if status == SPAM else status


def _kind(row: ModerationLog) -> str | None:
    """None where nothing has happened that concerns the writer."""
    if row.actor == AUTHOR:
        return _OWN.get(row.action)
    if row.actor == POLICY:
        return _BY_POLICY.get(row.to_status)
    if row.actor == MODERATOR:
        # Passed on to a colleague, it still waits.
        return _BY_PERSON.get(row.to_status)
    if row.actor == IMPORT:
        return "imported" if row.from_status != row.to_status else None
    return {READER: "reported", SYSTEM: "erased"}[row.actor]


def _reasons(row: ModerationLog) -> tuple[ReceiptReason, ...]:
    if row.actor == MODERATOR:
        return (ReceiptReason("moderator", row.reason),) if row.reason else ()
    if row.action == "appeal":
        return (ReceiptReason(APPEALED, writer_text(APPEALED)),)
    tells = row.actor in (POLICY, IMPORT) or row.action == "edit"
    if not tells or row.to_status not in (QUEUED, REJECTED):
        return ()
    return tuple(ReceiptReason(code, writer_text(code)) for code in row.reasons)
