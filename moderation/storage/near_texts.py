"""Finding waiting texts that are nearly the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Comment, TextBand
from moderation.domain.near_text import BANDS, bands
from moderation.domain.statuses import QUEUED

CANDIDATES_MAX: Final = 500


def keys_of(session: Session, rows: Sequence[Comment]) -> dict[str, frozenset[int]]:
    """The keys of comments by id: kept ones of what waits, fresh ones of the rest."""
    waiting = [row.id for row in rows if row.status == QUEUED]
    found: dict[str, set[int]] = {row.id: set() for row in rows}
    kept = select(TextBand.comment_id, TextBand.value).where(TextBand.comment_id.in_(waiting))
    for comment_id, value in session.execute(kept):
        found[comment_id].add(value)
    for row in rows:
        if row.status != QUEUED:
            found[row.id].update(bands(row.body))
    return {comment_id: frozenset(values) for comment_id, values in found.items()}


def waiting_by_key(
    session: Session, rows: Sequence[Comment], keys: Mapping[str, frozenset[int]]
) -> tuple[dict[int, list[str]], dict[str, Comment]]:
    """Waiting comments that share a key with one of these, the newest 500.

    Returns:
        the ids by key, and the comments by id.
    """
    values = {value for own in keys.values() for value in own}
    if not values:
        return {}, {}
    pairs = session.execute(
        select(TextBand.value, TextBand.comment_id)
        .where(TextBand.site_id.in_({row.site_id for row in rows}), TextBand.value.in_(values))
        .order_by(TextBand.comment_id.desc())
        .limit(CANDIDATES_MAX * BANDS)
    ).all()
    ids = list(dict.fromkeys(comment_id for _, comment_id in pairs))[:CANDIDATES_MAX]
    known = {row.id: row for row in rows}
    missing = [comment_id for comment_id in ids if comment_id not in known]
    if missing:
        others = session.scalars(select(Comment).where(Comment.id.in_(missing)))
        known |= {row.id: row for row in others}
    by_key: dict[int, list[str]] = {}
    for value, comment_id in pairs:
        if comment_id in known:
            by_key.setdefault(value, []).append(comment_id)
    return by_key, known
