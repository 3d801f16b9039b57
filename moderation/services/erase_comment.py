"""An author has everything personal about an own comment removed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from models import Comment
from moderation.domain.principals import Principal
from moderation.domain.statuses import AUTHOR, ERASED
from moderation.services.change_status import Change, change_status
from moderation.services.clock import Clock
from moderation.services.once import kept_answer
from moderation.services.own_comment_rules import find_own, own_key
from moderation.storage import comments, erasure
from moderation.storage.unit_of_work import Store

# What a comment's row holds of its author's words and person.
_EMPTY: Final[dict[str, Any]] = {
    "name": "",
    "email": "",
    "email_key": "",
    "website": None,
    "body": "",
    "text_key": comments.text_key(""),
    "search_text": "",
    "network": None,
    "network_at": None,
    "score_id": None,
    "top_score": None,
}


class EraseComment:
    """Removes name, email, network and text; the ids of decision records stay."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, token: str, key: str | None = None) -> None:
        """Erase the comment of a receipt; a second time changes nothing.

        Args:
            key: the client's Idempotency-Key, if it sent one. No answer is kept under it:
                nothing about an erased comment is, and erasing twice is the same as once.

        Raises:
            NotFound: no such receipt.
            Conflict: ``stale`` when something else happened to it at the same moment,
                ``idempotency_mismatch``.
        """
        with self._store.write() as session:
            kept_answer(session, own_key("remove", token, key, "erase"), self._clock())
            erase(session, find_own(session, token), AUTHOR, self._clock())


def erase(
    session: Session, comment: Comment, actor: str, now: datetime, by: Principal | None = None
) -> bool:
    """Erase one comment, unless it is already.

    Args:
        actor: whose hand, see :mod:`moderation.domain.statuses`.
        by: who, where it is not the author.

    Returns:
        whether it was not erased before.

    Raises:
        Conflict: ``stale`` when something else happened to it at the same moment.
    """
    if comment.status == ERASED:
        return False
    email_key = comment.email_key
    change = Change(actor, "erase", ERASED, by=by, reasons=(), values=_EMPTY)
    change_status(session, comment, change, seen_version=comment.version, now=now)
    erasure.forget_all(session, comment.id)
    erasure.forget_author(session, comment.site_id, email_key)
    return True
