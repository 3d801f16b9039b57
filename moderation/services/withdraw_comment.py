"""An author takes an own comment back."""

from __future__ import annotations

from moderation.domain.statuses import AUTHOR, WITHDRAWN
from moderation.services.change_status import Change, change_status
from moderation.services.clock import Clock
from moderation.services.own_comment_rules import find_own
from moderation.storage import jobs
from moderation.storage.unit_of_work import Store


class WithdrawComment:
    """Hides a comment for good; its text stays for the site's moderators until erased."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, token: str) -> None:
        """Withdraw the comment of a receipt; a second time changes nothing.

        Raises:
            NotFound: no such receipt.
            Conflict: ``stale``, or ``illegal_transition`` for an erased comment.
        """
        with self._store.write() as session:
            comment = find_own(session, token)
            if comment.status == WITHDRAWN:
                return
            jobs.finish(session, comment.id)
            change = Change(AUTHOR, "withdraw", WITHDRAWN)
            change_status(session, comment, change, seen_version=comment.version, now=self._clock())
