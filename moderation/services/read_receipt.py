"""What a guest without an account can see of an own comment, by its receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models import Comment, ModerationLog
from moderation.domain.reasons import writer_text
from moderation.domain.statuses import ERASED, MODERATOR, PUBLISHED
from moderation.services.appeal_rejection import may_appeal
from moderation.services.clock import Clock
from moderation.services.own_comment_rules import allowed, find_own, settings_of
from moderation.services.receipt_steps import (
    ReceiptReason,
    ReceiptStep,
    steps_of,
    told_status,
)
from moderation.services.receipts import Receipts
from moderation.storage import comments, history, sites
from moderation.storage.unit_of_work import Store


@dataclass(frozen=True)
class ReceiptView:
    """The state of an own comment.

    Attributes:
        can: what the holder may do now.
        steps: what has happened to it, oldest first.
        body_max: longest text that an edit may give it, in characters.
    """

    id: str
    status: str
    reasons: tuple[ReceiptReason, ...]
    name: str
    website: str | None
    body: str
    page_url: str
    parent_id: str | None
    created_at: datetime
    edited_at: datetime | None
    text_removed_at: datetime | None
    can: tuple[str, ...]
    steps: tuple[ReceiptStep, ...]
    body_max: int


class ReadReceipt:
    """Finds comments by their receipt token."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, token: str) -> ReceiptView:
        """The comment behind a token.

        Raises:
            NotFound: no such receipt.
        """
        with self._store.read() as session:
            comment = find_own(session, token)
            settings = settings_of(session, comment)
            can = allowed(comment, settings, self._clock())
            if may_appeal(session, comment):
                can = (*can, "appeal")
            page = comments.pages_by_id(session, [comment.page_id])[comment.page_id]
            log = history.of_comment(session, comment.id)
        return ReceiptView(
            id=comment.id,
            status=told_status(comment.status),
            reasons=reasons_for_writer(comment, log),
            name=comment.name,
            website=comment.website,
            body=comment.body,
            page_url=page.url,
            parent_id=comment.parent_id,
            created_at=comment.created_at,
            edited_at=comment.edited_at,
            text_removed_at=comment.text_removed_at,
            can=can,
            steps=steps_of(comment, log),
            body_max=settings.body_max,
        )

    def origins_of(self, token: str) -> frozenset[str]:
        """Where the pages of the comment's site lie; empty when there is no such receipt."""
        with self._store.read() as session:
            comment = comments.by_receipt(session, Receipts.key(token))
            if comment is None:
                return frozenset()
            return frozenset(sites.by_ids(session, [comment.site_id])[comment.site_id].origins)


def reasons_for_writer(comment: Comment, log: Sequence[ModerationLog]) -> tuple[ReceiptReason, ...]:
    """Why a comment stands where it does, in words for who wrote it.

    A moderator's own reason comes first; what the policy found is told too. A published
    comment needs no reasons.
    """
    if comment.status in (PUBLISHED, ERASED):
        return ()
    decided = [row for row in log if row.actor == MODERATOR and row.version == comment.version]
    said = [ReceiptReason("moderator", row.reason) for row in decided if row.reason]
    found = [ReceiptReason(code, writer_text(code)) for code in comment.reasons]
    return (*said, *found)
