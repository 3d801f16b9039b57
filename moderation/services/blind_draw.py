"""Draws comments for blind audits and second reviews when they are published or decided.

Called from the one path that writes a status, so that the draw commits with the step. A share
is drawn by hash, and nothing about the comment shows it.
"""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy.orm import Session

from models import BlindItem, Comment, ModerationLog
from moderation.domain.draw import drawn
from moderation.domain.site_settings import SiteSettings
from moderation.domain.statuses import (
    AUTHOR,
    DECISIONS,
    ERASED,
    MODERATOR,
    POLICY,
    PUBLISHED,
    QUEUED,
    UNDO,
    WITHDRAWN,
)
from moderation.storage import blind, sites

AUDIT: Final = "audit"
SECOND: Final = "second"


def draw_blind(
    session: Session, comment: Comment, row: ModerationLog, *, rewritten: bool, audit_rate: float
) -> None:
    """Open or take back blind items after a step that has just been logged.

    Args:
        rewritten: whether the step brought another text.
        audit_rate: share of what the policy publishes that is audited.
    """
    if rewritten or row.to_status in (WITHDRAWN, ERASED):
        blind.drop_open(session, comment.id)
    if row.actor == UNDO and row.undoes_id:
        blind.drop_second(session, row.undoes_id)
    if row.actor in (POLICY, AUTHOR) and row.to_status == PUBLISHED and audit_rate > 0:
        if drawn(f"audit {comment.id} {comment.version}", audit_rate):
            session.add(_item(comment, row, AUDIT, audit_rate))
    elif row.actor == MODERATOR and row.from_status == QUEUED and row.action in DECISIONS:
        site = sites.by_ids(session, [row.site_id])[row.site_id]
        rate = SiteSettings(**site.settings).second_review_percent / 100
        if rate and drawn(f"second {row.id}", rate):
            item = _item(comment, row, SECOND, rate)
            item.decision_id = row.id
            item.first_key, item.first_name = row.actor_key, row.actor_name
            item.first_verdict = row.action
            session.add(item)


def _item(comment: Comment, row: ModerationLog, kind: str, rate: float) -> BlindItem:
    return BlindItem(
        id=str(uuid.uuid4()),
        comment_id=comment.id,
        site_id=comment.site_id,
        kind=kind,
        text_key=comment.text_key,
        rate=rate,
        drawn_at=row.at,
        reasons=list(comment.reasons),
    )
