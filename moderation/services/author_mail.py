"""The mail that tells an author of a publication: when one is due, and stopping them."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from models import Comment, Mail, ModerationLog, Site
from moderation.domain.ids import is_id, new_id
from moderation.domain.site_settings import SiteSettings
from moderation.domain.statuses import MODERATOR, POLICY, PUBLISHED
from moderation.errors import NotFound
from moderation.services.clock import Clock
from moderation.services.receipts import keyed_secret
from moderation.storage import comments, history, imported, mails
from moderation.storage.unit_of_work import Store, lock

PUBLISHED_KIND: Final = "published"
# An approval by mistake is mostly taken back at once; nobody should have heard of it.
DELAY: Final = timedelta(minutes=2)
# Whoever still looks at the page has seen it appear.
_STILL_THERE: Final = timedelta(minutes=5)


def note_publication(session: Session, comment: Comment, step: ModerationLog) -> None:
    """Have an author told, once, that a comment that had to wait is published.

    Args:
        comment: as it is after the step.
        step: the row of the log.
    """
    waited = step.actor == POLICY and step.at - comment.created_at >= _STILL_THERE
    by_person = step.actor == MODERATOR and step.from_status != PUBLISHED
    if step.to_status != PUBLISHED or not comment.email or not (by_person or waited):
        return
    if imported.external_ids(session, [comment.id]):
        return  # its author wrote it elsewhere, perhaps years ago
    if history.published_before(session, step):
        return  # its author has seen it there, and was told of no rejection since
    settings = SiteSettings(**session.get_one(Site, comment.site_id).settings)
    if not settings.mail_authors or mails.of_comment(session, comment.id) is not None:
        return
    session.add(
        Mail(
            id=new_id(),
            kind=PUBLISHED_KIND,
            comment_id=comment.id,
            created_at=step.at,
            due_at=step.at + DELAY,
            attempts=0,
        )
    )


class MailKeys:
    """Makes and reads what stands for an author's address without telling it.

    Args:
        secret_key: the service's secret.
    """

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def address_key(self, email_key: str) -> str:
        """What is stored of an address whose owner wants no mail."""
        return keyed_secret(self._secret, f"mail:{email_key}")

    def stop_token(self, comment_id: str) -> str:
        """What names the author of a comment in the address of the page that stops mail."""
        return f"{comment_id}.{keyed_secret(self._secret, f'mail-stop:{comment_id}')}"

    def comment_of(self, token: str) -> str | None:
        """The comment that a token names; None for one that was not made here."""
        comment_id = token.partition(".")[0]
        same = hmac.compare_digest(self.stop_token(comment_id).encode(), token.encode())
        return comment_id if same and is_id(comment_id) else None


class StopMail:
    """An author wants no more mail."""

    def __init__(self, store: Store, clock: Clock, keys: MailKeys) -> None:
        self._store = store
        self._clock = clock
        self._keys = keys

    def check(self, token: str) -> None:
        """Whether a token is good; nothing changes by asking.

        Raises:
            NotFound: it is not, or the comment that it names is erased.
        """
        with self._store.read() as session:
            self._email_key(session, token)

    def __call__(self, token: str) -> None:
        """Send no more mail to the author whom the token names; twice is as once.

        Raises:
            NotFound: see :meth:`check`.
        """
        with self._store.write() as session:
            address_key = self._keys.address_key(self._email_key(session, token))
            lock(session, "mail-stop", address_key)
            mails.stop(session, address_key, self._clock())

    def _email_key(self, session: Session, token: str) -> str:
        comment_id = self._keys.comment_of(token)
        comment = comments.find(session, comment_id) if comment_id else None
        if comment is None or not comment.email_key:
            raise NotFound("This address stops nothing: its comment is not there any more.")
        return comment.email_key
