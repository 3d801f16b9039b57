"""Hundreds of comments with what people said of them, for the threshold lab.

One is posted like any other; the rest are copies of its rows, since hundreds of submissions
and decisions take long and the lab reads hardly more of them than their facts.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Comment, CommentFacts, ModerationLog, Score
from moderation.domain import facts
from moderation.domain.facts import Facts
from moderation.domain.ids import new_id
from moderation.storage import facts as stored_facts
from moderation.storage.facts import Row
from moderation.storage.unit_of_work import Store


def put_judged(store: Store, posted: str, rows: Sequence[Facts]) -> None:
    """Have as many comments as there are facts, by as many writers.

    Args:
        posted: the id of a comment that has its scores; it takes the first of the facts.
        rows: what is known of each comment.
    """
    first, *rest = rows
    with store.write() as session:
        session.execute(
            sa.update(CommentFacts)
            .where(CommentFacts.comment_id == posted)
            .values(packed=facts.pack(posted, first))
        )
        copies = [(new_id(int(row.at.timestamp() * 1000)), new_id(), row) for row in rest]
        (comment,) = _rows(session, Comment, Comment.id == posted)
        _insert(
            session,
            Comment,
            [
                comment | _by_another() | {"id": mine, "score_id": score, "created_at": row.at}
                for mine, score, row in copies
            ],
        )
        (scored,) = _rows(session, Score, Score.comment_id == posted)
        _insert(
            session,
            Score,
            [
                scored | {"id": score, "comment_id": mine, "created_at": row.at}
                for mine, score, row in copies
            ],
        )
        for step in _rows(session, ModerationLog, ModerationLog.comment_id == posted):
            _insert(
                session,
                ModerationLog,
                [
                    step | {"id": new_id(), "comment_id": mine, "at": row.at}
                    for mine, _, row in copies
                ],
            )
        packed = [Row(comment["site_id"], mine, facts.pack(mine, row)) for mine, _, row in copies]
        stored_facts.add(session, packed)


def _by_another() -> dict[str, str]:
    key = secrets.token_hex(32)
    return {"receipt_key": key, "email_key": key, "email": f"{key[:8]}@example.com"}


def _rows(session: Session, model: Any, wanted: Any) -> list[dict[str, Any]]:
    found = session.execute(sa.select(model.__table__).where(wanted))
    return [dict(row) for row in found.mappings()]


def _insert(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    session.execute(sa.insert(model.__table__), rows)
