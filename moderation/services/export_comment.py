"""All that is stored about one comment, for the person who wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from models import Comment, ModerationLog
from moderation.services.own_comment_rules import find_own
from moderation.storage import comments, history, imported
from moderation.storage.unit_of_work import Store


@dataclass(frozen=True)
class StoredStep:
    """One step in the comment's life; who decided stays the site's own matter."""

    at: datetime
    actor: str
    action: str
    from_status: str | None
    to_status: str
    reasons: Sequence[str]
    reason: str | None
    note: str | None
    trace: Sequence[Mapping[str, Any]] | None
    policy_version: int | None
    model: str | None


@dataclass(frozen=True)
class StoredComment:
    """Everything kept about a comment.

    Attributes:
        network: the sender's network, cut to /24 or /48, while it is kept.
        scores: what the model said, label to probability.
        source: the system that it was imported from, if it was.
        external_id: its id there.
    """

    id: str
    status: str
    name: str
    email: str
    website: str | None
    body: str
    network: str | None
    page_url: str
    page_title: str | None
    parent_id: str | None
    created_at: datetime
    edited_at: datetime | None
    reasons: Sequence[str]
    scores: Mapping[str, float]
    history: Sequence[StoredStep]
    source: str | None
    external_id: str | None


class ExportComment:
    """Hands an author what the service knows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, token: str) -> StoredComment:
        """Everything about the comment of a receipt.

        Raises:
            NotFound: no such receipt.
        """
        with self._store.read() as session:
            comment = find_own(session, token)
            page = comments.pages_by_id(session, [comment.page_id])[comment.page_id]
            score = comments.scores_by_comment(session, [comment]).get(comment.id)
            log = history.of_comment(session, comment.id)
            elsewhere = imported.external_ids(session, [comment.id]).get(comment.id)
        steps = tuple(_step(row) for row in log)
        stored = _stored(comment, page.url, page.title, comments.score_values(score), steps)
        source, external_id = elsewhere or (None, None)
        return replace(stored, source=source, external_id=external_id)


def _stored(
    comment: Comment,
    page_url: str,
    page_title: str | None,
    scores: Mapping[str, float],
    steps: Sequence[StoredStep],
) -> StoredComment:
    return StoredComment(
        id=comment.id,
        status=comment.status,
        name=comment.name,
        email=comment.email,
        website=comment.website,
        body=comment.body,
        network=comment.network,
        page_url=page_url,
        page_title=page_title,
        parent_id=comment.parent_id,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        reasons=tuple(comment.reasons),
        scores=scores,
        history=steps,
        source=None,
        external_id=None,
    )


def _step(row: ModerationLog) -> StoredStep:
    return StoredStep(
        at=row.at,
        actor=row.actor,
        action=row.action,
        from_status=row.from_status,
        to_status=row.to_status,
        reasons=tuple(row.reasons),
        reason=row.reason,
        note=row.note,
        trace=row.trace,
        policy_version=row.policy_version,
        model=row.model,
    )
