"""Queries of the moderation log and of kept highlights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session, aliased

from models import Comment, CommentNote, ModerationLog
from moderation.domain.statuses import DECISIONS, MODERATOR, PUBLISHED, REJECTED, SPAM, UNDO

# Written out, not bound: SQLite uses a partial index only where it sees the condition.
_BY_PEOPLE = ModerationLog.actor == literal_column("'moderator'")


def of_comment(session: Session, comment_id: str) -> Sequence[ModerationLog]:
    """All that happened to a comment, oldest first."""
    return session.scalars(
        select(ModerationLog)
        .where(ModerationLog.comment_id == comment_id)
        .order_by(ModerationLog.version, ModerationLog.id)
    ).all()


def undone(log: Iterable[ModerationLog]) -> frozenset[str]:
    """Ids of the steps that were taken back by others of the same log."""
    return frozenset(row.undoes_id for row in log if row.undoes_id)


def approved_at(session: Session, comment_id: str) -> datetime | None:
    """When a person last approved a comment."""
    return session.scalar(
        select(ModerationLog.at)
        .where(
            ModerationLog.comment_id == comment_id,
            ModerationLog.actor == MODERATOR,
            ModerationLog.action == "approve",
        )
        .order_by(ModerationLog.version.desc())
        .limit(1)
    )


def published_before(session: Session, step: ModerationLog) -> bool:
    """Whether the comment of a step was published by an earlier one, and never taken down since.

    What was undone did not happen.
    """
    undone = select(ModerationLog.undoes_id).where(
        ModerationLog.comment_id == step.comment_id, ModerationLog.undoes_id.is_not(None)
    )
    newest = (
        select(ModerationLog.to_status)
        .where(
            ModerationLog.comment_id == step.comment_id,
            ModerationLog.version < step.version,
            ModerationLog.to_status.in_([PUBLISHED, REJECTED, SPAM]),
            ModerationLog.id.not_in(undone),
        )
        .order_by(ModerationLog.version.desc())
        .limit(1)
    )
    return session.scalar(newest) == PUBLISHED


def rejected_by(session: Session, comment_id: str) -> ModerationLog | None:
    """The step that last rejected a comment or marked it as spam, whoever took it.

    An undo that puts a rejection back is the first decision again, so it is passed over.
    """
    return session.scalar(
        select(ModerationLog)
        .where(
            ModerationLog.comment_id == comment_id,
            ModerationLog.to_status.in_([REJECTED, SPAM]),
            ModerationLog.actor != UNDO,
        )
        .order_by(ModerationLog.version.desc())
        .limit(1)
    )


def find(session: Session, entry_id: str) -> ModerationLog | None:
    """One entry by id."""
    return session.get(ModerationLog, entry_id)


def of_batch(session: Session, batch_id: str) -> Sequence[ModerationLog]:
    """The decisions made in one bulk call."""
    return session.scalars(
        select(ModerationLog)
        .where(ModerationLog.batch_id == batch_id, ModerationLog.undoes_id.is_(None))
        # In the order of the comments, as everyone locks several.
        .order_by(ModerationLog.comment_id, ModerationLog.id)
    ).all()


def notes_of(session: Session, comment_id: str) -> Sequence[CommentNote]:
    """Notes on a comment, oldest first."""
    return session.scalars(
        select(CommentNote).where(CommentNote.comment_id == comment_id).order_by(CommentNote.id)
    ).all()


@dataclass(frozen=True)
class Decided:
    """One decision of a person: when, what, and the comment's time and reasons."""

    at: datetime
    action: str
    came_at: datetime
    reasons: tuple[str, ...]


def people_decisions(
    session: Session, site_ids: frozenset[str] | None, since: datetime, limit: int
) -> Sequence[Decided]:
    """People's decisions since a moment that were not undone, newest first."""
    undo = aliased(ModerationLog)
    undone = (
        select(undo.id)
        .where(undo.comment_id == ModerationLog.comment_id, undo.undoes_id == ModerationLog.id)
        .exists()
    )
    query = (
        select(ModerationLog.at, ModerationLog.action, Comment.created_at, ModerationLog.reasons)
        .join(Comment, Comment.id == ModerationLog.comment_id)
        .where(
            _BY_PEOPLE,
            ModerationLog.at >= since,
            ModerationLog.action.in_(DECISIONS),
            ~undone,
        )
    )
    if site_ids is not None:
        query = query.where(ModerationLog.site_id.in_(sorted(site_ids)))
    rows = session.execute(query.order_by(ModerationLog.at.desc()).limit(limit))
    return [Decided(at, action, came, tuple(reasons)) for at, action, came, reasons in rows]


def latest_by(
    session: Session, actor_key: str, since: datetime, limit: int
) -> Sequence[tuple[ModerationLog, Comment]]:
    """One person's decisions that nothing has followed yet, newest first."""
    rows = session.execute(
        select(ModerationLog, Comment)
        .join(Comment, Comment.id == ModerationLog.comment_id)
        .where(
            _BY_PEOPLE,
            ModerationLog.actor_key == actor_key,
            ModerationLog.at >= since,
            ModerationLog.version == Comment.version,
        )
        .order_by(ModerationLog.at.desc())
        .limit(limit)
    ).all()
    return [(log, comment) for log, comment in rows]
