"""An author appeals, once, against the rejection of an own comment."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from models import Appeal, Comment
from moderation.domain.checks import QUEUE, Finding
from moderation.domain.normalise import visible
from moderation.domain.policy import UNSCORED_PRIORITY
from moderation.domain.reasons import APPEALED
from moderation.domain.statuses import AUTHOR, MODERATOR, QUEUED, REJECTED, SPAM
from moderation.domain.submission import clean_text
from moderation.errors import Conflict, InvalidInput
from moderation.services.change_status import Change, change_status
from moderation.services.clock import Clock
from moderation.services.later_findings import trace_with
from moderation.services.once import write_once
from moderation.services.own_comment_rules import find_own, own_key
from moderation.storage import history, reader_words
from moderation.storage.unit_of_work import Store, lock

MESSAGE_MAX: Final = 2_000


def clean_message(text: str) -> str:
    """An appeal's message in its stored form.

    Raises:
        ValueError: when it is empty or longer than :data:`MESSAGE_MAX` characters.
    """
    message = clean_text(text)
    if not visible(message).strip():
        raise ValueError("Please say why it should be published.")
    if len(message) > MESSAGE_MAX:
        raise ValueError(f"At most {MESSAGE_MAX} characters; this has {len(message)}.")
    return message


class AppealRejection:
    """Brings a rejected comment back to the queue, for somebody other than who rejected it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, token: str, message: str, key: str | None = None) -> None:
        """Appeal for the comment of a receipt.

        Args:
            message: why it should be published, for moderators.
            key: the client's Idempotency-Key, if it sent one.

        Raises:
            NotFound: no such receipt.
            InvalidInput: the message is empty or too long.
            Conflict: ``appeal_closed`` when it is not rejected or was appealed before,
                ``stale`` when something else came first.
        """
        try:
            said = clean_message(message)
        except ValueError as error:
            raise InvalidInput({"message": [str(error)]}) from None
        write_once(
            self._store,
            self._clock,
            own_key("appeal", token, key, said),
            lambda session: self._appeal(session, token, said),
            lambda _: {},
            lambda _: None,
        )

    def _appeal(self, session: Session, token: str, said: str) -> None:
        comment = find_own(session, token)
        lock(session, "appeal", comment.id)
        if not may_appeal(session, comment):
            raise Conflict(
                "A rejected comment can be appealed once; this one cannot.", code="appeal_closed"
            )
        now = self._clock()
        rejection = history.rejected_by(session, comment.id)
        by_person = rejection is not None and rejection.actor == MODERATOR
        against = rejection.actor_key if rejection is not None and by_person else None
        appeal = Appeal(comment_id=comment.id, message=said, at=now, against_key=against)
        session.add(appeal)
        finding = Finding("appeal", "rule", True, None, QUEUE, APPEALED)
        reasons = [code for code in comment.reasons if code != APPEALED]
        change = Change(
            AUTHOR,
            "appeal",
            QUEUED,
            reasons=(*reasons, APPEALED),
            trace=trace_with(session, comment.id, finding),
            values={"priority": max(comment.priority, UNSCORED_PRIORITY)},
        )
        change_status(session, comment, change, seen_version=comment.version, now=now)


def may_appeal(session: Session, comment: Comment) -> bool:
    """Whether the author can still appeal: rejected or marked as spam, never before, and in
    time: what is appealed must still be there to read.
    """
    rejected = comment.status in (REJECTED, SPAM) and comment.text_removed_at is None
    return rejected and reader_words.appeal_of(session, comment.id) is None
