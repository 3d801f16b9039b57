"""What a waiting comment is found by besides its own columns: reasons, scores, text keys.

There are rows for a comment exactly as long as it is queued, and scores among them exactly
when it has a score: so what begins to wait is only inserted, and what ends only deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models import Comment, Score, TextBand, WaitingReason, WaitingScore
from moderation.domain.near_text import bands
from moderation.domain.scores import LABELS
from moderation.domain.statuses import QUEUED
from moderation.storage.insert import insert_many

ESCALATED: Final = "escalated"
"""Stands among the reasons of a comment that a moderator has passed on to admins."""
_COLUMNS: Final = (
    "id", "site_id", "priority", "created_at", "reasons", "escalated", "body", "status",
)  # fmt: skip


def add(session: Session, begun: Sequence[tuple[Comment, Score | None]]) -> None:
    """Write the keys of comments that have begun to wait; of others, none.

    Args:
        begun: each with its present score, where that is at hand; it is read otherwise.
    """
    queued = [(comment, score) for comment, score in begun if comment.status == QUEUED]
    columns = [{name: getattr(comment, name) for name in _COLUMNS} for comment, _ in queued]
    add_unscored(session, columns)
    found: list[dict[str, Any]] = []
    for comment, score in queued:
        if comment.score_id:
            found += _scores(comment, score or session.get_one(Score, comment.score_id))
    insert_many(session, WaitingScore, found)


def add_unscored(session: Session, comments: Iterable[Mapping[str, Any]]) -> None:
    """Write the keys of new comments that have no scores yet, many at once.

    Args:
        comments: their columns by name; those that do not wait are passed over.
    """
    reasons: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for comment in comments:
        if comment["status"] != QUEUED:
            continue
        own = {"comment_id": comment["id"], "site_id": comment["site_id"]}
        place = {"priority": comment["priority"], "created_at": comment["created_at"]}
        codes: Sequence[str] = comment["reasons"]
        if comment["escalated"]:
            codes = [*codes, ESCALATED]
        reasons += [{**own, **place, "code": code} for code in dict.fromkeys(codes)]
        texts += [
            {**own, "band": band, "value": value}
            for band, value in enumerate(bands(comment["body"]))
        ]
    insert_many(session, WaitingReason, reasons)
    insert_many(session, TextBand, texts)


def change_scores(session: Session, comment: Comment, score: Score, *, first: bool) -> None:
    """Write the keys by score of a comment that has been scored.

    Args:
        first: it had no score before.
    """
    if comment.status != QUEUED:
        return
    if not first:
        _forget(session, WaitingScore, comment.id)
    insert_many(session, WaitingScore, _scores(comment, score))


def forget(session: Session, comment_id: str) -> None:
    """Remove the keys of a comment that has ended to wait, or waits for something else."""
    for table in (WaitingReason, TextBand, WaitingScore):
        _forget(session, table, comment_id)


def _scores(comment: Comment, score: Score) -> list[dict[str, Any]]:
    own = {
        "comment_id": comment.id,
        "site_id": comment.site_id,
        "created_at": comment.created_at,
    }
    return [
        {**own, "label": label, "score": getattr(score, label)}
        for label in LABELS
        if getattr(score, label) is not None
    ]


def _forget(
    session: Session, table: type[WaitingReason | WaitingScore | TextBand], comment_id: str
) -> None:
    session.execute(
        delete(table)
        .where(table.comment_id == comment_id)
        .execution_options(synchronize_session=False)
    )
