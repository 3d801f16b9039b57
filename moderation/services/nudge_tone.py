"""One friendly chance to reword a comment that would be held for its tone.

Nothing of the comment is stored. To know what came of the question a keyed hash of author,
page and text waits for an hour; the counts by day are all that stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from models import NudgeTry
from moderation.domain.policy import Decision, decide
from moderation.domain.principals import Principal
from moderation.domain.scores import LABELS
from moderation.domain.statuses import QUEUED
from moderation.errors import ScoringUnavailable
from moderation.services.clock import Clock
from moderation.services.reach import own_site
from moderation.services.receipts import keyed_secret
from moderation.services.scoring_port import ScoringPort
from moderation.services.submission_checks import Context, SubmissionChecks
from moderation.storage import nudges
from moderation.storage.unit_of_work import Store, lock

OPEN_FOR: Final = timedelta(hours=1)
_BATCH: Final = 500


@dataclass(frozen=True)
class NudgeCounts:
    """What came of a day's nudges; what is still open is in none of the last three."""

    day: date
    nudged: int
    reworded: int
    sent_anyway: int
    dropped: int


class NudgeBook:
    """Notes who was asked, and what they did then.

    Args:
        secret_key: with it authors, pages and texts are hashed.
    """

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def asked(self, session: Session, context: Context, now: datetime) -> NudgeTry | None:
        """The open question to this author on this page; one that is too old is closed."""
        row = nudges.find(session, self._key(context))
        return row if row is not None and row.until > now else None

    def is_same_text(self, row: NudgeTry, context: Context) -> bool:
        """Whether the text is the one that was asked about."""
        return row.text_key == self._text_key(context)

    def ask(self, session: Session, context: Context, now: datetime) -> None:
        """Note that this author was asked to reword this text."""
        key = self._key(context)
        old = nudges.find(session, key)
        if old is not None:
            nudges.settle(session, old, "dropped")
        session.add(
            NudgeTry(
                key=key,
                site_id=context.site.id,
                text_key=self._text_key(context),
                day=now.date(),
                until=now + OPEN_FOR,
            )
        )
        nudges.count(session, context.site.id, now.date(), "nudged")

    def sent(self, session: Session, context: Context, now: datetime) -> None:
        """Note that the author has sent a comment, reworded or as it was."""
        row = nudges.find(session, self._key(context))
        if row is None:
            return
        if row.until <= now:
            nudges.settle(session, row, "dropped")
        else:
            same = self.is_same_text(row, context)
            nudges.settle(session, row, "sent_anyway" if same else "reworded")

    def _key(self, context: Context) -> str:
        sent = context.submission
        what = f"nudge:{context.site.id}:{sent.page_url}\n{sent.email_key}"
        return keyed_secret(self._secret, what)

    def _text_key(self, context: Context) -> str:
        return keyed_secret(self._secret, f"nudge-text:{context.submission.body}")


class NudgeTone:
    """Asks once, where the site wants it, and counts.

    Args:
        scoring: scores texts; None where scoring is put off, and then nobody is asked.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        checks: SubmissionChecks,
        book: NudgeBook,
        scoring: ScoringPort | None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._checks = checks
        self._book = book
        self._scoring = scoring

    def __call__(self, check: Callable[[Session], Context | None]) -> tuple[str, ...] | None:
        """The labels for which a submission would be held; None where it takes its way.

        An author who has been asked about another text on this page within the hour is
        not asked again.

        Args:
            check: reads and checks the submission, see :meth:`SubmitComment.reword`;
                None stands for one that has been answered before.
        """
        if self._scoring is None:
            return None
        with self._store.read() as session:
            context = check(session)
            if context is None or not context.settings.nudge:
                return None
            row = self._book.asked(session, context, self._clock())
            if row is not None and not self._book.is_same_text(row, context):
                return None
        try:
            scored = self._scoring.one(context.submission.body)
        except ScoringUnavailable:
            return None
        labels = _held_labels(decide(context.policy, context.evidence, scored.scores))
        if labels and row is None:
            with self._store.write() as session:
                lock(session, "author", context.site.id, context.submission.email_key)
                if self._book.asked(session, context, self._clock()) is None:
                    self._book.ask(session, context, self._clock())
        return labels or None

    def close_expired(self) -> None:
        """Count the questions that nothing has followed within the hour as dropped."""
        now = self._clock()
        with self._store.read() as session:
            due = bool(nudges.expired(session, now, 1))
        while due:
            with self._store.write() as session:
                rows = nudges.expired(session, now, _BATCH)
                for row in rows:
                    nudges.settle(session, row, "dropped")
            due = len(rows) == _BATCH

    def counts(self, principal: Principal, slug: str, days: int) -> tuple[NudgeCounts, ...]:
        """A site's counts of the last days, oldest first; days without a nudge are left out.

        Raises:
            NotFound: no such site.
        """
        since = self._clock().date() - timedelta(days=days - 1)
        with self._store.read() as session:
            site = own_site(session, principal, slug)
            return tuple(
                NudgeCounts(row.day, row.nudged, row.reworded, row.sent_anyway, row.dropped)
                for row in nudges.days(session, site.id, since)
            )


def _held_labels(decision: Decision) -> tuple[str, ...]:
    """The labels that hold a comment; none where it is not held, or not for its tone."""
    if decision.status != QUEUED:
        return ()
    return tuple(code for code in decision.reasons if code in LABELS)
