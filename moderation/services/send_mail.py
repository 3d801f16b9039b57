"""Sends what waits: digests to moderators, and word of a publication to authors.

Never in a request: rows are committed with what they tell of, and a thread beside the
sweep (or ``flask sweep``) sends them, again and again until they are out or three days old.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy.orm import Session

from models import Mail, Site, User
from moderation.domain.ids import new_id
from moderation.domain.letters import (
    Letter,
    Links,
    MailDelayed,
    MailRefused,
    Waiting,
    Wording,
    digest_letter,
    published_letter,
)
from moderation.domain.site_settings import SiteSettings
from moderation.domain.statuses import PUBLISHED
from moderation.reader_texts import nearest, words
from moderation.services.author_mail import PUBLISHED_KIND, MailKeys
from moderation.services.clock import Clock
from moderation.services.receipts import Receipts
from moderation.storage import comments, mails, queue_counts, sites
from moderation.storage.unit_of_work import Store, lock

DIGEST_KIND: Final = "digest"
LEASE: Final = timedelta(minutes=5)
GIVE_UP: Final = timedelta(days=3)
_BATCH: Final = 20
_WAITING_MAX: Final = 1_000
_LOOK_EVERY: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(hours=6)

log = logging.getLogger(__name__)


class Mailer(Protocol):
    """Hands letters to a mail server."""

    def send(self, letter: Letter) -> None:
        """Send one; raises MailRefused or MailDelayed."""
        ...


@dataclass(frozen=True)
class Sender:
    """How mail leaves.

    Attributes:
        mailer: sends it; None where no server is set, and then nothing is sent.
        base_url: the service's public address, for links.
        digest_every: least time between two digests to one moderator.
    """

    mailer: Mailer | None
    base_url: str
    digest_every: timedelta


@dataclass(frozen=True)
class MailRound:
    """What one round did: mails sent, put off, and given up."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0


class SendMail:
    """Works through the mails."""

    def __init__(
        self, store: Store, clock: Clock, sender: Sender, receipts: Receipts, keys: MailKeys
    ) -> None:
        self._store = store
        self._clock = clock
        self._sender = sender
        self._receipts = receipts
        self._keys = keys
        self._looked: datetime | None = None

    def __call__(self) -> MailRound:
        """Look for digests that are due, then send all that is.

        Raises:
            Unavailable: the store cannot answer.
        """
        if self._sender.mailer is None:
            return MailRound()
        self._queue_digests()
        outcomes: list[str] = []
        while claimed := self._claim():
            outcomes += [self._send(self._sender.mailer, mail) for mail in claimed]
        return MailRound(
            outcomes.count("sent"), outcomes.count("put_off"), outcomes.count("given_up")
        )

    def _claim(self) -> Sequence[Mail]:
        now = self._clock()
        with self._store.read() as session:
            if not mails.anything_due(session, now):
                return ()
        with self._store.write() as session:
            return mails.claim_due(session, now, now + LEASE, _BATCH)

    def _send(self, mailer: Mailer, mail: Mail) -> str:
        """Send one claimed mail; no transaction is open meanwhile."""
        with self._store.read() as session:
            letter = self._letter(session, mail)
        try:
            if letter is None:
                raise MailRefused("nothing to tell any more")
            mailer.send(letter)
        except MailRefused as refused:
            return self._given_up(mail, str(refused))
        except MailDelayed as delayed:
            return self._put_off(mail, str(delayed))
        with self._store.write() as session:
            mails.mark_sent(session, mail.id, self._clock())
        return "sent"

    def _given_up(self, mail: Mail, why: str) -> str:
        log.warning("a mail (%s) is not sent: %s", mail.kind, why)
        with self._store.write() as session:
            mails.drop(session, mail.id)
        return "given_up"

    def _put_off(self, mail: Mail, why: str) -> str:
        now = self._clock()
        if now - mail.created_at >= GIVE_UP:
            return self._given_up(mail, why)
        log.warning("a mail (%s) is put off: %s", mail.kind, why)
        wait = min(_LONGEST_WAIT, timedelta(minutes=4 ** (min(mail.attempts, 6) - 1)))
        with self._store.write() as session:
            mails.put_off(session, mail.id, now + wait, why)
        return "put_off"

    def _letter(self, session: Session, mail: Mail) -> Letter | None:
        """The mail's words; None where there is nothing to tell any more."""
        if mail.kind == PUBLISHED_KIND:
            return self._published(session, mail)
        user = session.get(User, mail.user_id)
        if user is None or not user.active:
            return None
        told = _told_of(user, _with_digests(session), mails.reviewers(session))
        counts = queue_counts.by_site(session, [site.id for site in told], _WAITING_MAX)
        some = [
            Waiting(site.name, counts[site.id], _WAITING_MAX) for site in told if counts[site.id]
        ]
        queue_url = f"{self._sender.base_url}/queue"
        return digest_letter(mail.id, user.email, some, queue_url) if some else None

    def _published(self, session: Session, mail: Mail) -> Letter | None:
        comment = comments.find(session, mail.comment_id or "")
        if comment is None or comment.status != PUBLISHED:
            return None
        site = session.get_one(Site, comment.site_id)
        settings = SiteSettings(**site.settings)
        if not settings.mail_authors or mails.is_stopped(
            session, self._keys.address_key(comment.email_key)
        ):
            return None
        page = comments.pages_by_id(session, [comment.page_id])[comment.page_id]
        links = Links(
            f"{page.url}#comment-{comment.id}",
            f"{self._sender.base_url}/receipts/{self._receipts.token(comment.id)}",
            f"{self._sender.base_url}/mail/stop/{self._keys.stop_token(comment.id)}",
        )
        wording = _wording(settings.mail_language)
        return published_letter(mail.id, comment.email, wording, site.name, links)

    def _queue_digests(self) -> None:
        now = self._clock()
        if self._looked is not None and timedelta(0) <= now - self._looked < _LOOK_EVERY:
            return
        self._looked = now
        with self._store.read() as session:
            due = self._due(session, now)
        if due:
            with self._store.write() as session:
                lock(session, "digests")
                for user, told in self._due(session, now):
                    self._queue_digest(session, user, told, now)

    def _due(self, session: Session, now: datetime) -> list[tuple[User, list[Site]]]:
        """Moderators whose last digest is long enough ago, with the sites they hear of."""
        with_digests = _with_digests(session)
        if not with_digests:
            return []
        people = mails.reviewers(session)
        found = []
        for user in people:
            told = _told_of(user, with_digests, people)
            last = mails.looked_at(session, user.id)
            if told and (last is None or now - last >= self._sender.digest_every):
                found.append((user, told))
        return found

    def _queue_digest(
        self, session: Session, user: User, told: Sequence[Site], now: datetime
    ) -> None:
        since = mails.looked_at(session, user.id) or now - self._sender.digest_every
        mails.note_look(session, user.id, now)
        if mails.came_to_wait(session, [site.id for site in told], since):
            session.add(
                Mail(id=new_id(), kind=DIGEST_KIND, user_id=user.id, created_at=now, due_at=now,
                     attempts=0)
            )  # fmt: skip


def _wording(wanted: str) -> Wording:
    """In English where a language's file has been taken away since it was chosen."""
    language = nearest(wanted)
    texts = words(language)
    return Wording(language, texts["dir"] == "rtl", texts["mail"])


def _with_digests(session: Session) -> list[Site]:
    return [site for site in sites.every(session) if SiteSettings(**site.settings).mail_moderators]


def _told_of(user: User, with_digests: Sequence[Site], people: Sequence[User]) -> list[Site]:
    """The sites of which this person hears: a moderator's own, and an admin's where a site
    has no moderator."""
    own = {site.id for site in user.sites}
    if user.role != "admin":
        return [site for site in with_digests if site.id in own]
    moderated = {site.id for person in people if person.role != "admin" for site in person.sites}
    return [site for site in with_digests if site.id not in moderated]
