"""Keeping and finding texts that are nearly the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from models import Comment, TextBand
from moderation.domain.near_text import bands
from moderation.domain.statuses import QUEUED

CANDIDATES_MAX: Final = 500


def keep(session: Session, comment: Comment) -> None:
    """Store the keys of a comment's text, in place of those of an older text."""
    session.execute(delete(TextBand).where(TextBand.comment_id == comment.id))
    session.add_all(
        TextBand(comment_id=comment.id, band=band, site_id=comment.site_id, value=value)
        for band, value in enumerate(bands(comment.body))
    )


def add(session: Session, site_id: str, texts: Sequence[tuple[str, str]]) -> None:
    """Store the keys of many new texts.

    Args:
        texts: comment's id and its text.
    """
    rows = [
        {"comment_id": comment_id, "band": band, "site_id": site_id, "value": value}
        for comment_id, body in texts
        for band, value in enumerate(bands(body))
    ]
    if rows:
        session.execute(insert(TextBand), rows)


def waiting_candidates(session: Session, rows: Sequence[Comment]) -> Sequence[Comment]:
    """Waiting comments, newest first, that share a key with one of these; at most 500."""
    ids = [row.id for row in rows]
    own = select(TextBand.site_id, TextBand.value).where(TextBand.comment_id.in_(ids)).distinct()
    keys = session.execute(own).all()
    if not keys:
        return []
    site_ids = {site_id for site_id, _ in keys}
    found = (
        select(TextBand.comment_id)
        .where(TextBand.site_id.in_(site_ids), TextBand.value.in_({value for _, value in keys}))
        .order_by(TextBand.comment_id.desc())
        .limit(CANDIDATES_MAX * 4)
    )
    return session.scalars(
        select(Comment)
        .where(Comment.id.in_(found), Comment.status == QUEUED)
        .order_by(Comment.id.desc())
        .limit(CANDIDATES_MAX)
    ).all()
