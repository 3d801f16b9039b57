"""What a waiting comment is found by besides its own columns: reasons, scores, text keys."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from models import Comment, Score, TextBand, WaitingReason, WaitingScore
from moderation.domain.near_text import bands
from moderation.domain.scores import LABELS
from moderation.domain.statuses import QUEUED

ESCALATED: Final = "escalated"
"""Stands among the reasons of a comment that a moderator has passed on to admins."""


def keep(session: Session, comment: Comment) -> None:
    """Bring the keys in line with the comment's status, reasons, scores and text."""
    for table in (WaitingReason, TextBand):
        _forget(session, table, comment.id)
    keep_scores(session, comment)
    if comment.status == QUEUED:
        _add_reasons(session, comment)
        _add_bands(session, comment)


def keep_scores(session: Session, comment: Comment) -> None:
    """Bring the keys by score in line with the comment's status and current scores."""
    _forget(session, WaitingScore, comment.id)
    score = session.get(Score, comment.score_id) if comment.score_id else None
    if comment.status == QUEUED and score is not None:
        _add_scores(session, comment, score)


def add(session: Session, comment: Comment, score: Score | None) -> None:
    """Make the keys of a new comment that waits; it has none yet."""
    _add_reasons(session, comment)
    _add_bands(session, comment)
    if score is not None:
        _add_scores(session, comment, score)


def _add_reasons(session: Session, comment: Comment) -> None:
    own = {"comment_id": comment.id, "site_id": comment.site_id}
    place = {"priority": comment.priority, "created_at": comment.created_at}
    codes = [*comment.reasons, ESCALATED] if comment.escalated else comment.reasons
    reasons = [{**own, **place, "code": code} for code in dict.fromkeys(codes)]
    if reasons:
        session.execute(insert(WaitingReason), reasons)


def _add_bands(session: Session, comment: Comment) -> None:
    own = {"comment_id": comment.id, "site_id": comment.site_id}
    found = [
        {**own, "band": band, "value": value} for band, value in enumerate(bands(comment.body))
    ]
    if found:
        session.execute(insert(TextBand), found)


def _add_scores(session: Session, comment: Comment, score: Score) -> None:
    own = {
        "comment_id": comment.id,
        "site_id": comment.site_id,
        "created_at": comment.created_at,
    }
    found = [
        {**own, "label": label, "score": getattr(score, label)}
        for label in LABELS
        if getattr(score, label) is not None
    ]
    if found:
        session.execute(insert(WaitingScore), found)


def _forget(
    session: Session, table: type[WaitingReason | WaitingScore | TextBand], comment_id: str
) -> None:
    session.execute(
        delete(table)
        .where(table.comment_id == comment_id)
        .execution_options(synchronize_session=False)
    )
