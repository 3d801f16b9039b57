"""An author takes an own comment back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from moderation.domain.statuses import AUTHOR, WITHDRAWN
from moderation.services.change_status import Change, change_status
from moderation.services.clock import Clock
from moderation.services.once import write_once
from moderation.services.own_comment_rules import find_own, own_key
from moderation.storage import comments, jobs
from moderation.storage.unit_of_work import Store


class WithdrawComment:
    """Hides a comment for good; its text stays for the site's moderators until erased."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, token: str, key: str | None = None) -> None:
        """Withdraw the comment of a receipt; a second time changes nothing.

        Args:
            key: the client's Idempotency-Key, if it sent one.

        Raises:
            NotFound: no such receipt.
            Conflict: ``stale``, ``illegal_transition`` for an erased comment, or
                ``idempotency_mismatch``.
        """
        write_once(
            self._store,
            self._clock,
            own_key("remove", token, key, "withdraw"),
            lambda session: self._withdraw(session, token),
            lambda _: {},
            lambda _: None,
        )

    def _withdraw(self, session: Session, token: str) -> None:
        # Read under its lock: a decision on its way is waited for, and never answered "stale"
        # to somebody who saw no version.
        comment = comments.find_locked(session, find_own(session, token).id)
        if comment is None or comment.status == WITHDRAWN:
            return
        change = Change(AUTHOR, "withdraw", WITHDRAWN)
        change_status(session, comment, change, seen_version=comment.version, now=self._clock())
        # After the comment, as workers do, who would otherwise wait for each other.
        jobs.finish(session, [comment.id])
