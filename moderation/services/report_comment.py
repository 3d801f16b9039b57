"""A reader reports a published comment; enough readers send it back to a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from models import Comment, CommentReport, Site
from moderation.domain.checks import QUEUE, Finding
from moderation.domain.ids import is_id, new_id
from moderation.domain.principals import ANONYMOUS, Principal
from moderation.domain.reasons import REPORTED
from moderation.domain.site_settings import SiteSettings
from moderation.domain.statuses import PUBLISHED, QUEUED, READER
from moderation.errors import Conflict, Forbidden, NotFound
from moderation.services.change_status import Change, change_status
from moderation.services.clock import Clock
from moderation.services.later_findings import trace_with
from moderation.services.once import OnceKey, once_key, write_once
from moderation.services.receipts import keyed_secret
from moderation.storage import comments, history, reader_words, sites
from moderation.storage.unit_of_work import Store, lock

# Everybody can read it, so it comes before what only a program has noticed.
PRIORITY: Final = 0.7


@dataclass(frozen=True)
class Report:
    """One reader's report.

    Attributes:
        slug: the site's name in addresses.
        idempotency_key: the client's, if it sent one.
        reporter: the reader's address, by which a second report is recognised; None
            where a site's own server speaks for its readers, each report for another.
    """

    slug: str
    comment_id: str
    reason: str
    note: str | None
    reporter: str | None
    principal: Principal = ANONYMOUS
    idempotency_key: str | None = None


class ReportComment:
    """Takes reports.

    Args:
        secret_key: with it addresses are hashed before they are stored.
    """

    def __init__(self, store: Store, clock: Clock, secret_key: str) -> None:
        self._store = store
        self._clock = clock
        self._secret = secret_key.encode()

    def __call__(self, report: Report) -> None:
        """Store a report; a reader's second one of the same comment changes nothing.

        Reports from before a moderator's approval do not count after it: a person has
        read the comment since.

        Raises:
            NotFound: no such site, or no such published comment on it.
            Forbidden: a token of another site.
            Conflict: ``idempotency_mismatch``.
        """
        write_once(
            self._store,
            self._clock,
            _once(report),
            lambda session: self._take(session, report),
            lambda _: {},
            lambda _: None,
        )

    def _take(self, session: Session, report: Report) -> None:
        site, comment = _published(session, report)
        lock(session, "reports", comment.id)
        key = self._reporter_key(report)
        if reader_words.find_report(session, comment.id, key) is not None:
            return
        session.add(
            CommentReport(
                id=new_id(),
                comment_id=comment.id,
                reporter_key=key,
                reason=report.reason,
                note=report.note,
                at=self._clock(),
            )
        )
        session.flush()
        self._hold_if_enough(session, site, comment)

    def _reporter_key(self, report: Report) -> str:
        if report.reporter is None:
            return new_id()
        return keyed_secret(self._secret, f"report:{report.comment_id}:{report.reporter}")

    def _hold_if_enough(self, session: Session, site: Site, comment: Comment) -> None:
        approved_at = history.approved_at(session, comment.id)
        count = reader_words.count_reports(session, comment.id, approved_at)
        limit = SiteSettings(**site.settings).report_limit
        if count < limit:
            return
        finding = Finding("reports", "rule", count, limit, QUEUE, REPORTED)
        change = Change(
            READER,
            "report",
            QUEUED,
            reasons=(REPORTED,),
            trace=trace_with(session, comment.id, finding),
            values={"priority": max(comment.priority, PRIORITY)},
        )
        try:
            change_status(session, comment, change, seen_version=comment.version, now=self._clock())
        except Conflict:
            # Somebody decided it at this moment: their word stands, and the report is kept.
            return


def _once(report: Report) -> OnceKey | None:
    if report.idempotency_key is None:
        return None
    said = [report.slug, report.reason, report.note]
    operation = f"report:{report.comment_id}"
    return once_key(report.principal, operation, report.idempotency_key, said)


def _published(session: Session, report: Report) -> tuple[Site, Comment]:
    site = sites.by_slug(session, report.slug)
    if site is None:
        raise NotFound("No such site.")
    if report.principal is not ANONYMOUS and not report.principal.may_act_on(site.id):
        raise Forbidden("This credential is for another site.")
    comment = comments.find(session, report.comment_id) if is_id(report.comment_id) else None
    # What is not public answers as what is not there.
    if comment is None or comment.site_id != site.id or comment.status != PUBLISHED:
        raise NotFound("No such comment.")
    return site, comment
