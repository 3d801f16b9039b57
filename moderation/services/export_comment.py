"""All that is stored about one comment, for the person who wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models import BlindItem, ModerationLog
from moderation.services.own_comment_rules import find_own
from moderation.storage import blind, comments, history, imported, reader_words, webhooks
from moderation.storage.unit_of_work import Store

REPORTS_MAX: Final = 1_000


@dataclass(frozen=True)
class StoredStep:
    """One step in the comment's life; who decided stays the site's own matter.

    Attributes:
        reason: None in a decision that was taken back, as is the note: words that were perhaps
            meant for somebody else.
    """

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
class StoredAppeal:
    """What the author said against a rejection."""

    message: str
    at: datetime


@dataclass(frozen=True)
class StoredReport:
    """That a reader reported the comment; the reader's own words stay theirs."""

    reason: str
    at: datetime


@dataclass(frozen=True)
class StoredEvent:
    """The site's own programs were told, or are to be; where they are is the site's matter."""

    type: str
    created_at: datetime
    state: str
    delivered_at: datetime | None


@dataclass(frozen=True)
class StoredReview:
    """What somebody said who was shown the text alone."""

    at: datetime
    verdict: str
    reason: str | None


@dataclass(frozen=True)
class StoredComment:
    """Everything kept about a comment.

    Attributes:
        reviews: verdicts of blind audits and second reviews.
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
    text_removed_at: datetime | None
    reasons: Sequence[str]
    scores: Mapping[str, float]
    history: Sequence[StoredStep]
    appeal: StoredAppeal | None
    reports: Sequence[StoredReport]
    webhooks: Sequence[StoredEvent]
    reviews: Sequence[StoredReview]
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
            appeal = reader_words.appeal_of(session, comment.id)
            reports = reader_words.reports_of(session, comment.id, REPORTS_MAX)
            judged = blind.of_comment(session, comment.id)
            told = webhooks.of_comment(session, comment.id)
            elsewhere = imported.external_ids(session, [comment.id]).get(comment.id)
        source, external_id = elsewhere or (None, None)
        undone = history.undone(log)
        return StoredComment(
            id=comment.id,
            status=comment.status,
            name=comment.name,
            email=comment.email,
            website=comment.website,
            body=comment.body,
            network=comment.network,
            page_url=page.url,
            page_title=page.title,
            parent_id=comment.parent_id,
            created_at=comment.created_at,
            edited_at=comment.edited_at,
            text_removed_at=comment.text_removed_at,
            reasons=tuple(comment.reasons),
            scores=comments.score_values(score),
            history=tuple(_step(row, told=row.id not in undone) for row in log),
            reviews=tuple(_review(item) for item in judged),
            appeal=StoredAppeal(appeal.message, appeal.at) if appeal else None,
            reports=tuple(StoredReport(row.reason, row.at) for row in reports),
            source=source,
            external_id=external_id,
            webhooks=tuple(
                StoredEvent(row.type, row.created_at, row.state, row.delivered_at) for row in told
            ),
        )


def _review(item: BlindItem) -> StoredReview:
    assert item.judged_at is not None, "only judged ones are read"
    return StoredReview(item.judged_at, item.verdict or "", item.reason)


def _step(row: ModerationLog, *, told: bool) -> StoredStep:
    return StoredStep(
        at=row.at,
        actor=row.actor,
        action=row.action,
        from_status=row.from_status,
        to_status=row.to_status,
        reasons=tuple(row.reasons),
        reason=row.reason if told else None,
        note=row.note if told else None,
        trace=row.trace,
        policy_version=row.policy_version,
        model=row.model,
    )
