"""Queries of the review queue: filters, order, and claims with a lease."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    cast,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from models import Comment, Score
from moderation.domain.statuses import QUEUED

SORTS: Final = ("priority", "score", "oldest", "newest")


@dataclass(frozen=True)
class QueueFilter:
    """Which waiting comments are wanted, and in which order.

    Attributes:
        site_ids: only these sites; None means every site (admins).
        label: the label that the score range and the sort by score are about; without
            it they are about the highest score of all labels.
        min_score, max_score: score range, both ends included.
        reason: only comments held for this reason code.
        q: only comments whose name, email or text contain this, letter case aside.
        ids: only these comments.
        sort: one of :data:`SORTS`.
        held_by: only what this reviewer holds.
        unheld_at: only what nobody holds at this moment.
        escalated: only what is marked for admins.
        without: all but these comments.
    """

    site_ids: frozenset[str] | None = None
    label: str | None = None
    min_score: float | None = None
    max_score: float | None = None
    reason: str | None = None
    q: str | None = None
    ids: tuple[str, ...] | None = field(default=None)
    sort: str = "priority"
    held_by: str | None = None
    unheld_at: datetime | None = None
    escalated: bool = False
    without: frozenset[str] = frozenset()


def _score_column(wanted: QueueFilter) -> Any:
    return getattr(Score, wanted.label) if wanted.label else Comment.top_score


def _literal(text: str) -> str:
    """Escape what LIKE would read as a wildcard."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def literal_pattern(text: str) -> str:
    """A LIKE pattern for a search text that contains this, letter case folded."""
    return f"%{_literal(text.casefold())}%"


def _conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    column = _score_column(wanted)
    found: list[ColumnElement[bool]] = [Comment.status == QUEUED]
    if wanted.site_ids is not None:
        found.append(Comment.site_id.in_(sorted(wanted.site_ids)))
    if wanted.min_score is not None:
        found.append(column >= wanted.min_score)
    if wanted.max_score is not None:
        found.append(column <= wanted.max_score)
    if wanted.label and wanted.min_score is None and wanted.max_score is None:
        found.append(column.is_not(None))
    if wanted.reason:
        pattern = f'%"{_literal(wanted.reason)}"%'
        found.append(cast(Comment.reasons, Text).like(pattern, escape="\\"))
    if wanted.q:
        found.append(Comment.search_text.like(literal_pattern(wanted.q), escape="\\"))
    if wanted.ids is not None:
        found.append(Comment.id.in_(wanted.ids))
    return [*found, *_holder_conditions(wanted)]


def _holder_conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.held_by is not None:
        found.append(Comment.claimed_by == wanted.held_by)
    if wanted.unheld_at is not None:
        found.append(unclaimed(wanted.unheld_at))
    if wanted.escalated:
        found.append(Comment.escalated.is_(True))
    if wanted.without:
        found.append(Comment.id.not_in(sorted(wanted.without)))
    return found


def _order(wanted: QueueFilter) -> list[tuple[Any, bool]]:
    """Sort keys with "descending"; every order ends in time and id, so it is total."""
    age = [(Comment.created_at, False), (Comment.id, False)]
    if wanted.sort == "oldest":
        return age
    if wanted.sort == "newest":
        return [(column, True) for column, _ in age]
    first = Comment.priority if wanted.sort == "priority" else _score_column(wanted)
    return [(first, True), *age]


def _after(keys: Sequence[tuple[Any, bool]], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows behind a cursor in an order of mixed directions."""
    steps = []
    for place, ((column, descending), value) in enumerate(zip(keys, values, strict=True)):
        same = [keys[i][0] == values[i] for i in range(place)]
        steps.append(and_(*same, column < value if descending else column > value))
    return or_(*steps)


def _select(wanted: QueueFilter) -> Select[Comment]:
    query = select(Comment)
    if wanted.label:
        query = query.join(Score, Score.id == Comment.score_id)
    query = query.where(*_conditions(wanted))
    if wanted.sort == "score":
        # A row without a score has no place in an order by score.
        query = query.where(_score_column(wanted).is_not(None))
    return query


def waiting(
    session: Session, wanted: QueueFilter, after: Sequence[Any] | None, limit: int
) -> Sequence[Comment]:
    """One page of the queue.

    Args:
        after: the cursor's values, one for each sort key, or None for the first page.
    """
    keys = _order(wanted)
    query = _select(wanted)
    if after is not None:
        query = query.where(_after(keys, after))
    ordered = [column.desc() if descending else column.asc() for column, descending in keys]
    return session.scalars(query.order_by(*ordered).limit(limit)).all()


def cursor_values(comment: Comment, wanted: QueueFilter, scores: dict[str, float]) -> list[Any]:
    """The sort keys' values of a row, for a cursor behind it."""
    age: list[Any] = [comment.created_at, comment.id]
    if wanted.sort in ("oldest", "newest"):
        return age
    if wanted.sort == "priority":
        return [comment.priority, *age]
    return [scores[wanted.label] if wanted.label else comment.top_score, *age]


def unclaimed(now: datetime) -> ColumnElement[bool]:
    """Condition: nobody holds the comment now."""
    return or_(Comment.claimed_by.is_(None), Comment.claim_expires_at <= now)


@dataclass(frozen=True)
class Holder:
    """Who claims, and until when."""

    key: str
    name: str
    expires_at: datetime


def claim(
    session: Session, wanted: QueueFilter, holder: Holder, now: datetime, limit: int
) -> list[str]:
    """Lease comments that nobody holds, in queue order; two callers never get the same.

    Returns:
        ids of the claimed comments, in no particular order.
    """
    keys = _order(wanted)
    ordered = [column.desc() if descending else column.asc() for column, descending in keys]
    chosen = (
        _select(wanted)
        .where(unclaimed(now))
        .order_by(*ordered)
        .limit(limit)
        .with_only_columns(Comment.id)
        .with_for_update(skip_locked=True, of=Comment)
        # A common table expression is evaluated once; a plain subquery may be run again
        # for each row and would lock more than the limit.
        .cte("chosen")
    )
    statement = (
        update(Comment)
        .where(Comment.id.in_(select(chosen.c.id)), Comment.status == QUEUED, unclaimed(now))
        .values(claimed_by=holder.key, claimed_name=holder.name, claim_expires_at=holder.expires_at)
        .returning(Comment.id)
        .execution_options(synchronize_session=False)
    )
    return list(session.scalars(statement))


def held_by(session: Session, key: str, now: datetime) -> Sequence[Comment]:
    """Waiting comments that a reviewer holds now."""
    return session.scalars(
        select(Comment)
        .where(Comment.claimed_by == key, Comment.claim_expires_at > now, Comment.status == QUEUED)
        .order_by(Comment.created_at, Comment.id)
    ).all()


def newer(session: Session, wanted: QueueFilter, since: datetime, most: int) -> int:
    """How many waiting comments came after a moment, counted up to ``most``."""
    came = select(Comment.id).where(*_conditions(wanted), Comment.created_at > since).limit(most)
    return session.scalar(select(func.count()).select_from(came.subquery())) or 0


def first_waiting(
    session: Session, wanted: QueueFilter, limit: int
) -> Sequence[Row[str, list[str], bool, str | None, str | None, datetime | None]]:
    """Site, reasons, escalation and lease of the first comments in the order of priority."""
    return session.execute(
        select(
            Comment.site_id,
            Comment.reasons,
            Comment.escalated,
            Comment.claimed_by,
            Comment.claimed_name,
            Comment.claim_expires_at,
        )
        .where(*_conditions(wanted))
        .order_by(Comment.priority.desc(), Comment.created_at, Comment.id)
        .limit(limit)
    ).all()


def oldest_at(session: Session, wanted: QueueFilter) -> datetime | None:
    """When the comment came that has waited longest."""
    query = select(Comment.created_at).where(*_conditions(wanted))
    return session.scalar(query.order_by(Comment.created_at, Comment.id).limit(1))
