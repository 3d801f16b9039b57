"""The one path that writes a comment's status, its log row and its webhook rows with it.

Every change compares the version that the caller saw, in the UPDATE itself: of two
decisions on the same state one applies, the other gets a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models import Comment, ModerationLog, Score
from moderation.domain.checks import Finding
from moderation.domain.ids import new_id
from moderation.domain.principals import Principal
from moderation.domain.statuses import PUBLISHED, QUEUED, check_move
from moderation.errors import Conflict
from moderation.services.record_steps import record_steps
from moderation.services.step import Step
from moderation.storage import waiting_keys
from moderation.storage.insert import insert_finished, insert_many

_TABLE: Any = Comment.__table__


@dataclass(frozen=True)
class Change:
    """What is to happen to a comment, by whom, and why.

    Attributes:
        actor: the kind of hand, see :mod:`moderation.domain.statuses`.
        action: a word for the log: ``approve``, ``scored``, ``undo`` ...
        to: the wanted status.
        by: who, where it is a person or a token.
        reasons: reason codes to store with the comment; None leaves them.
        values: other columns of the comment to set in the same statement.
        escalated: the mark for admins; None clears it when the comment leaves the queue.
        audit_rate: the share of what the policy publishes that is drawn for blind audits.
    """

    actor: str
    action: str
    to: str
    by: Principal | None = None
    reasons: Sequence[str] | None = None
    reason: str | None = None
    note: str | None = None
    trace: Sequence[Finding] | None = None
    policy_version: int | None = None
    model: str | None = None
    batch_id: str | None = None
    undoes_id: str | None = None
    escalated: bool | None = None
    values: Mapping[str, Any] | None = None
    audit_rate: float = 0.0


@dataclass(frozen=True)
class Move:
    """What is to happen to which comment.

    Attributes:
        comment: as it was read; its version is what the decision was made on. Changed in
            place when the move is made, so a move that was rolled back is not made again.
        change: what is to happen to it.
        score: the score decided by, where it is new; the change's values name it.
    """

    comment: Comment
    change: Change
    score: Score | None = None


def begin_comments(session: Session, begun: Sequence[Move], now: datetime) -> None:
    """Store new comments in their first statuses, each with the first row of its log.

    Args:
        begun: comments that are not stored yet, with every column set that is not empty; a
            move's score is the one that they name already. The session does not get to know
            them.
    """
    for move in begun:
        move.comment.status = move.change.to
        move.comment.version = 1
        move.comment.reasons = list(move.change.reasons or ())
    insert_finished(session, [move.comment for move in begun])
    record_steps(session, [_step(move, None, now) for move in begun])


def add_comments(
    session: Session, added: Sequence[tuple[dict[str, Any], Change]], now: datetime
) -> None:
    """Store many comments in their first statuses, each with the first row of its log.

    Args:
        added: the columns of each comment but status, version and reasons, and its first
            change; a parent must stand before its replies.
    """
    first = {"version": 1, "escalated": False}
    rows = [
        {**columns, **first, "status": change.to, "reasons": list(change.reasons or ())}
        for columns, change in added
    ]
    if not rows:
        return
    insert_many(session, Comment, rows)
    log = [
        {**_entry(change, None, now), "comment_id": row["id"], "site_id": row["site_id"],
         "version": 1, "reasons": row["reasons"]}
        for row, (_, change) in zip(rows, added, strict=True)
    ]  # fmt: skip
    insert_many(session, ModerationLog, log)
    waiting_keys.add_unscored(session, rows)


def change_status(
    session: Session, comment: Comment, change: Change, *, seen_version: int, now: datetime
) -> ModerationLog:
    """Move a comment to another status, once.

    Args:
        comment: the row as it was read; refreshed on success.
        seen_version: the version that the decision was made on.

    Raises:
        Conflict: ``stale`` when something else came first, ``illegal_transition`` when
            the state machine has no such move, ``text_removed`` when there is nothing left
            to show or to decide on, or a text would come back that had to go.
    """
    if comment.version != seen_version:
        raise _stale()
    step = _moved(session, Move(comment, change), now)
    record_steps(session, [step])
    return step.row


class MovesTogether:
    """Moves of several comments in one transaction, with fewer statements than one by one."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._steps: list[Step] = []

    def make(self, move: Move) -> bool:
        """Move a comment, once.

        Returns:
            whether it moved: not where something else came first or there is no such move.
        """
        try:
            self._steps.append(_moved(self._session, move, self._now))
        except Conflict:
            return False
        return True

    def record(self) -> None:
        """Store all that goes with the moves made so far; they are nothing without it."""
        record_steps(self._session, self._steps)


def _moved(session: Session, move: Move, now: datetime) -> Step:
    comment, change = move.comment, move.change
    check_move(change.actor, comment.status, change.to)
    _refuse_removed_text(comment, change)
    before = {"status": comment.status, "escalated": comment.escalated}
    version, old_text = comment.version, comment.text_key
    values = {**_columns(change), "status": change.to, "version": version + 1}
    result: Any = session.execute(
        _update(frozenset(values)),
        {"at_id": comment.id, "at_version": version}
        | {f"new_{name}": value for name, value in values.items()},
    )
    if result.rowcount != 1:
        raise _stale()
    for name, value in values.items():
        set_committed_value(comment, name, value)
    return _step(move, before, now, rewritten=comment.text_key != old_text)


@cache
def _update(names: frozenset[str]) -> Any:
    """The statement that sets such columns; putting it together takes longer than running it."""
    return (
        update(_TABLE)
        .where(_TABLE.c.id == bindparam("at_id"), _TABLE.c.version == bindparam("at_version"))
        .values({name: bindparam(f"new_{name}") for name in sorted(names)})
    )


def _step(
    move: Move, before: dict[str, Any] | None, now: datetime, *, rewritten: bool = False
) -> Step:
    comment, change = move.comment, move.change
    row = ModerationLog(
        comment_id=comment.id,
        site_id=comment.site_id,
        version=comment.version,
        reasons=list(comment.reasons),
        **_entry(change, before, now),
    )
    return Step(comment, row, move.score, change.trace, change.audit_rate, rewritten)


def _refuse_removed_text(comment: Comment, change: Change) -> None:
    if comment.text_removed_at is None:
        return
    if change.to in (PUBLISHED, QUEUED):
        raise Conflict(
            "Its text is no longer kept, so it cannot be published.", code="text_removed"
        )
    if change.values and change.values.get("body"):
        raise Conflict("Its text was removed and does not come back.", code="text_removed")


def _stale() -> Conflict:
    return Conflict("Something else happened to this comment first.", code="stale")


def _columns(change: Change) -> dict[str, Any]:
    columns: dict[str, Any] = dict(change.values or {})
    if change.reasons is not None:
        columns["reasons"] = list(change.reasons)
    columns["escalated"] = bool(change.escalated) if change.to == QUEUED else False
    # A decided item is nobody's any more; an escalated one waits for somebody else.
    columns |= {"claimed_by": None, "claimed_name": None, "claim_expires_at": None}
    return columns


def _entry(change: Change, before: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
    """The columns of a log row that are not the comment's own."""
    return {
        "id": new_id(),
        "at": now,
        "actor": change.actor,
        "actor_key": change.by.key if change.by else None,
        "actor_name": change.by.name if change.by else None,
        "action": change.action,
        "from_status": before["status"] if before else None,
        "to_status": change.to,
        "reason": change.reason,
        "note": change.note,
        "trace": None if change.trace is None else [dict(vars(each)) for each in change.trace],
        "policy_version": change.policy_version,
        "model": change.model,
        "batch_id": change.batch_id,
        "undoes_id": change.undoes_id,
        "before": before,
    }
