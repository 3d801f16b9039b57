"""A submission's way: checked, scored, decided, stored in one transaction, answered.

Nothing is open in the database while the text is scored. What was checked before is
checked again in the writing transaction, because two requests may come at once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Comment, ScoringJob
from moderation.domain.checks import REJECT, Finding
from moderation.domain.ids import new_id
from moderation.domain.policy import UNSCORED_PRIORITY, decide
from moderation.domain.principals import Principal
from moderation.domain.reasons import HONEYPOT
from moderation.domain.site_settings import SiteSettings
from moderation.domain.statuses import PENDING, POLICY, PUBLISHED, REJECTED
from moderation.domain.submission import Draft
from moderation.errors import ModerationError, ScoringUnavailable
from moderation.services.change_status import Change, add_comment
from moderation.services.clock import Clock
from moderation.services.comment_scoring import Scored, policy_change, score_row
from moderation.services.nudge_tone import NudgeBook, NudgeTone
from moderation.services.once import OnceKey, keep_answer, kept_answer, lock_key, once_key
from moderation.services.policies import policy_from
from moderation.services.receipts import Receipts
from moderation.services.scoring_port import ScoringPort
from moderation.services.show_comments import public_view
from moderation.services.submission_checks import Context, SubmissionChecks
from moderation.services.views import SubmissionAnswer
from moderation.storage import comments, sites
from moderation.storage.unit_of_work import Store, lock


@dataclass(frozen=True)
class Request:
    """One submission with all that is known of its sender.

    Attributes:
        slug: the site's name in addresses.
        network: the sender's network, cut to /24 or /48, or None.
        idempotency_key: the client's, if it sent one.
    """

    slug: str
    draft: Draft
    principal: Principal
    network: str | None = None
    idempotency_key: str | None = None


class SubmitComment:
    """Takes submissions.

    Args:
        scoring: scores texts; None puts scoring off to workers.
        nudge: asks writers to reword.
        book: notes what they did then.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        checks: SubmissionChecks,
        receipts: Receipts,
        scoring: ScoringPort | None,
        nudge: NudgeTone,
        book: NudgeBook,
    ) -> None:
        self._store = store
        self._clock = clock
        self._checks = checks
        self._receipts = receipts
        self._scoring = scoring
        self._nudge = nudge
        self._book = book

    def __call__(self, request: Request) -> SubmissionAnswer:
        """Take one submission; when this returns, it is committed.

        Raises:
            NotFound: no such site.
            Forbidden: a token of another site.
            InvalidInput: naming each bad field.
            Conflict: ``page_closed``, ``parent_unavailable``, ``duplicate`` or
                ``idempotency_mismatch``.
            TooManyRequests: ``flood``.
            Unavailable: the store cannot write.
        """
        once = _once(request)
        with self._store.read() as session:
            kept = kept_answer(session, once, self._clock())
            if kept is not None:
                return self._replay(session, kept)
            try:
                context = self._check(session, request)
            except ModerationError:
                # The same request may have been taken in the meantime.
                kept = kept_answer(session, once, self._clock())
                if kept is None:
                    raise
                return self._replay(session, kept)
        # What fell into the trap is rejected whatever it says.
        scored = None if request.draft.honeypot else self._score(context.submission.body)
        with self._store.write() as session:
            lock_key(session, once)
            kept = kept_answer(session, once, self._clock())
            if kept is not None:
                return self._replay(session, kept)
            lock(session, "author", context.site.id, context.submission.email_key)
            context = self._checks.again(session, context)
            return self._take(session, context, request, scored, once)

    def reword(self, request: Request) -> tuple[str, ...] | None:
        """The labels for which the writer is asked to reword; None where a call would go on.

        Nothing of the submission is stored.

        Raises:
            ModerationError: as for the call itself.
        """

        def check(session: Session) -> Context | None:
            answered = kept_answer(session, _once(request), self._clock())
            return None if answered is not None else self._check(session, request)

        return self._nudge(check)

    def _check(self, session: Session, request: Request) -> Context:
        return self._checks(session, request.slug, request.draft, request.principal)

    def _score(self, body: str) -> Scored | None:
        """Scores, or None: then the comment is stored and waits for them."""
        if self._scoring is None:
            return None
        try:
            return self._scoring.one(body)
        except ScoringUnavailable:
            return None

    def _take(
        self,
        session: Session,
        context: Context,
        request: Request,
        scored: Scored | None,
        once: OnceKey | None,
    ) -> SubmissionAnswer:
        now, submission = self._clock(), context.submission
        policy = policy_from(context.policy)
        page = sites.ensure_page(
            session, context.site.id, submission.page_url, submission.page_title, now, context.page
        )
        comment = self._row(context, request, page.id, policy.version, now)
        if request.draft.honeypot:
            add_comment(session, comment, _trapped(context), now)
        elif scored is None:
            add_comment(session, comment, Change(POLICY, "submitted", PENDING), now)
            session.add(ScoringJob(comment_id=comment.id, created_at=now, due_at=now, attempts=0))
        else:
            decision = decide(policy, context.evidence, scored.scores)
            comment.priority = decision.priority
            change = policy_change(decision, policy.version, scored)
            add_comment(session, comment, change, now, score_row(comment, scored, now))
        if SiteSettings(**context.site.settings).nudge:
            self._book.sent(session, context, now)
        kept = {"id": comment.id, "status": comment.status, "reasons": comment.reasons}
        keep_answer(session, once, kept, now, comment.id)
        return self._answer(comment, page.url, comment.status, comment.reasons)

    def _row(
        self, context: Context, request: Request, page_id: str, policy_version: int, now: datetime
    ) -> Comment:
        submission, comment_id = context.submission, new_id()
        return Comment(
            id=comment_id,
            site_id=context.site.id,
            page_id=page_id,
            parent_id=submission.parent_id,
            name=submission.name,
            email=submission.email,
            email_key=submission.email_key,
            website=submission.website,
            body=submission.body,
            text_key=comments.text_key(submission.body),
            search_text=comments.search_text(submission.name, submission.email, submission.body),
            network=request.network,
            network_at=now if request.network else None,
            receipt_key=Receipts.key(self._receipts.token(comment_id)),
            created_at=now,
            priority=UNSCORED_PRIORITY,
            policy_version=policy_version,
            escalated=False,
        )

    def _replay(self, session: Session, kept: dict[str, Any]) -> SubmissionAnswer:
        comment = comments.find(session, kept["id"])
        assert comment is not None, "a kept answer goes when its comment goes"
        page = comments.pages_by_id(session, [comment.page_id])[comment.page_id]
        return self._answer(comment, page.url, kept["status"], kept["reasons"])

    def _answer(
        self, comment: Comment, page_url: str, status: str, reasons: list[str]
    ) -> SubmissionAnswer:
        return SubmissionAnswer(
            id=comment.id,
            status=status,
            created_at=comment.created_at,
            page_url=page_url,
            parent_id=comment.parent_id,
            reasons=tuple(reasons),
            receipt_token=self._receipts.token(comment.id),
            comment=public_view(comment) if status == PUBLISHED else None,
        )


def _trapped(context: Context) -> Change:
    """The rejection of what a program sent; the writer can appeal if it was a person."""
    finding = Finding("honeypot", "rule", True, None, REJECT, HONEYPOT)
    return Change(
        POLICY, "trapped", REJECTED, reasons=(HONEYPOT,), trace=(*context.evidence.passed, finding)
    )


def _once(request: Request) -> OnceKey | None:
    if request.idempotency_key is None:
        return None
    return once_key(
        request.principal,
        f"submit:{request.slug}",
        request.idempotency_key,
        asdict(request.draft),
    )
