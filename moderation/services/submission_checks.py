"""What must hold before a submission is taken: the site, the fields, an open page, a parent
that is there, nothing said twice, no flood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Page
from moderation.domain.checks import NONE, Finding
from moderation.domain.ids import is_id
from moderation.domain.policy import Evidence, Policy
from moderation.domain.principals import ANONYMOUS, Principal
from moderation.domain.site_settings import DEFAULT_FLOOD_S, SiteSettings
from moderation.domain.statuses import PUBLISHED
from moderation.domain.submission import Draft, Submission, read_submission
from moderation.errors import Conflict, Forbidden, InvalidInput, NotFound, TooManyRequests
from moderation.services.clock import Clock
from moderation.services.email_address import check_email
from moderation.services.policies import policy_from
from moderation.storage import authors, comments, sites, submissions
from moderation.storage.submissions import Before, PageRow, SiteRow


@dataclass(frozen=True)
class Context:
    """A submission that may be taken, and what the policy needs to know about it.

    Attributes:
        policy: what the site decides by.
        page: None where this is its first comment.
    """

    site: SiteRow
    settings: SiteSettings
    policy: Policy
    page: PageRow | None
    submission: Submission
    evidence: Evidence


class _SiteChanged(Exception):
    """A submission was read by the rules of a site that are not in force any more."""


class SubmissionChecks:
    """The checks that refuse a submission, in the order in which they answer.

    Args:
        limit_floods: whether the default flood limit holds; a limit that a site has set
            itself holds always.
    """

    def __init__(self, clock: Clock, *, limit_floods: bool) -> None:
        self._clock = clock
        self._limit_floods = limit_floods
        self._known: dict[str, SiteRow] = {}
        self._policies: dict[str, Policy] = {}

    def __call__(self, session: Session, slug: str, draft: Draft, principal: Principal) -> Context:
        """Check a draft against the present state of the site.

        Raises:
            NotFound, Forbidden, InvalidInput, Conflict, TooManyRequests: as
                :class:`moderation.services.submit_comment.SubmitComment` says.
        """
        # A query is saved nearly always; what is known counts only where the row confirms it.
        known = self._known.get(slug)
        if known is not None:
            try:
                return self._at(session, known, draft, principal, confirm=True)
            except (_SiteChanged, InvalidInput, Forbidden):
                pass  # it was judged by what may have changed
        row = sites.by_slug(session, slug)
        if row is None:
            self._known.pop(slug, None)
            raise NotFound("No such site.")
        site = SiteRow(row.id, row.slug, row.origins, row.settings, row.policy_version)
        self._known[slug] = site
        return self._at(session, site, draft, principal)

    def _at(
        self,
        session: Session,
        site: SiteRow,
        draft: Draft,
        principal: Principal,
        *,
        confirm: bool = False,
    ) -> Context:
        if principal is not ANONYMOUS and not principal.may_act_on(site.id):
            raise Forbidden("This credential is for another site.")
        submission = read_submission(
            draft,
            body_max=SiteSettings(**site.settings).body_max,
            origins=site.origins,
            check_email=check_email,
        )
        return self._stands(session, site.id, submission, read_at=site if confirm else None)

    def again(self, session: Session, context: Context) -> Context:
        """Check once more, in the writing transaction, all that others may have changed since.

        Raises:
            NotFound, Conflict, TooManyRequests: as the first time.
        """
        return self._stands(session, context.site.id, context.submission)

    def _stands(
        self,
        session: Session,
        site_id: str,
        submission: Submission,
        *,
        read_at: SiteRow | None = None,
    ) -> Context:
        body, parent_id = submission.body, submission.parent_id
        before = submissions.before(
            session, site_id, submission.page_url, submission.email_key, parent_id, body
        )
        if read_at is not None and (before is None or not _same_site(read_at, before.site)):
            raise _SiteChanged
        if before is None:
            raise NotFound("No such site.")
        settings = SiteSettings(**before.site.settings)
        if before.page is not None and is_closed(before.page, settings, self._clock()):
            raise Conflict("This page takes no more comments.", code="page_closed")
        _check_parent(session, before.page, parent_id)
        if before.duplicate is not None:
            raise Conflict("You have already said this here.", code="duplicate")
        passed = (Finding("duplicate", "rule", 0, 1, NONE), self._check_flood(settings, before))
        standing = authors.plain(before.standing)
        evidence = Evidence(submission.name, body, before.published, passed, standing=standing)
        policy = self._policy(session, before.site)
        return Context(before.site, settings, policy, before.page, submission, evidence)

    def _policy(self, session: Session, site: SiteRow) -> Policy:
        """The policy in force; a version never changes, so each is read once."""
        policy = self._policies.get(site.id)
        if policy is None or policy.version != site.policy_version:
            row = sites.policy_row(session, site.id, site.policy_version)
            assert row is not None, "a site always has the version it names"
            policy = self._policies[site.id] = policy_from(row)
        return policy

    def _check_flood(self, settings: SiteSettings, before: Before) -> Finding:
        default = DEFAULT_FLOOD_S if self._limit_floods else 0
        least = default if settings.flood_s is None else settings.flood_s
        last = before.last_submitted_at
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


def _same_site(one: SiteRow, other: SiteRow) -> bool:
    """Whether a draft is read by the same rules at both."""
    return one == other._replace(policy_version=one.policy_version)


def is_closed(page: Page | PageRow, settings: SiteSettings, now: datetime) -> bool:
    """Whether a page takes no more comments: shut by hand, or old enough."""
    days = settings.closes_after_days
    return page.closed or (days is not None and page.created_at + timedelta(days=days) <= now)


def _check_parent(session: Session, page: PageRow | None, parent_id: str | None) -> None:
    if parent_id is None:
        return
    parent = comments.find(session, parent_id) if is_id(parent_id) else None
    there = parent is not None and page is not None and parent.page_id == page.id
    if not there or parent is None or parent.status != PUBLISHED:
        raise Conflict(
            "The comment that you reply to is not there any more.", code="parent_unavailable"
        )
