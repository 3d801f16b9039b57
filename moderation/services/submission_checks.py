"""What must hold before a submission is taken: the site, the fields, an open page, a parent
that is there, nothing said twice, no flood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Page, Site
from moderation.domain.checks import NONE, Finding
from moderation.domain.ids import is_id
from moderation.domain.policy import Evidence
from moderation.domain.principals import ANONYMOUS, Principal
from moderation.domain.site_settings import DEFAULT_FLOOD_S, SiteSettings
from moderation.domain.statuses import PUBLISHED
from moderation.domain.submission import Draft, Submission, read_submission
from moderation.errors import Conflict, Forbidden, NotFound, TooManyRequests
from moderation.services.clock import Clock
from moderation.services.email_address import check_email
from moderation.storage import authors, comments, sites


@dataclass(frozen=True)
class Context:
    """A submission that may be taken, and what the policy needs to know about it."""

    site: Site
    submission: Submission
    evidence: Evidence


class SubmissionChecks:
    """The checks that refuse a submission, in the order in which they answer.

    Args:
        limit_floods: whether the default flood limit holds; a limit that a site has set
            itself holds always.
    """

    def __init__(self, clock: Clock, *, limit_floods: bool) -> None:
        self._clock = clock
        self._limit_floods = limit_floods

    def __call__(self, session: Session, slug: str, draft: Draft, principal: Principal) -> Context:
        """Check a draft against the present state of the site.

        Raises:
            NotFound, Forbidden, InvalidInput, Conflict, TooManyRequests: as
                :class:`moderation.services.submit_comment.SubmitComment` says.
        """
        site = sites.by_slug(session, slug)
        if site is None:
            raise NotFound("No such site.")
        if principal is not ANONYMOUS and not principal.may_act_on(site.id):
            raise Forbidden("This credential is for another site.")
        settings = SiteSettings(**site.settings)
        submission = read_submission(
            draft, body_max=settings.body_max, origins=site.origins, check_email=check_email
        )
        page = sites.find_page(session, site.id, submission.page_url)
        if page is not None and is_closed(page, settings, self._clock()):
            raise Conflict("This page takes no more comments.", code="page_closed")
        _check_parent(session, page, submission.parent_id)
        duplicate = _check_duplicate(session, page, submission)
        flood = self._check_flood(session, site, settings, submission.email_key)
        known = comments.published_before(session, site.id, submission.email_key)
        standing = authors.standing(session, site.id, submission.email_key)
        evidence = Evidence(submission.name, submission.body, known, (duplicate, flood), standing)
        return Context(site, submission, evidence)

    def _check_flood(
        self, session: Session, site: Site, settings: SiteSettings, email_key: str
    ) -> Finding:
        default = DEFAULT_FLOOD_S if self._limit_floods else 0
        least = default if settings.flood_s is None else settings.flood_s
        last = comments.last_submitted_at(session, site.id, email_key)
        if last is None:
            return Finding("flood", "rule", None, least, NONE)
        since = (self._clock() - last).total_seconds()
        # A clock that was set back must not shut an author out until it has caught up.
        if 0 <= since < least:
            raise TooManyRequests(
                "You are sending comments too quickly. Please wait a moment.",
                code="flood",
                retry_after_s=max(1, round(least - since)),
            )
        return Finding("flood", "rule", round(since), least, NONE)


def is_closed(page: Page, settings: SiteSettings, now: datetime) -> bool:
    """Whether a page takes no more comments: shut by hand, or old enough."""
    days = settings.closes_after_days
    return page.closed or (days is not None and page.created_at + timedelta(days=days) <= now)


def _check_parent(session: Session, page: Page | None, parent_id: str | None) -> None:
    if parent_id is None:
        return
    parent = comments.find(session, parent_id) if is_id(parent_id) else None
    there = parent is not None and page is not None and parent.page_id == page.id
    if not there or parent is None or parent.status != PUBLISHED:
        raise Conflict(
            "The comment that you reply to is not there any more.", code="parent_unavailable"
        )


def _check_duplicate(session: Session, page: Page | None, submission: Submission) -> Finding:
    if page is not None and comments.find_duplicate(
        session,
        page.id,
        submission.email_key,
        submission.parent_id,
        comments.text_key(submission.body),
    ):
        raise Conflict("You have already said this here.", code="duplicate")
    return Finding("duplicate", "rule", 0, 1, NONE)
