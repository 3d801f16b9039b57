"""A submission's way: checked, scored, decided, stored in one transaction, answered.

Nothing is open in the database while the text is scored. What was checked before is
checked again in the writing transaction, because two requests may come at once.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from models import Comment
from moderation.domain.principals import Principal
from moderation.domain.statuses import PUBLISHED
from moderation.domain.submission import Draft
from moderation.errors import ModerationError, ScoringUnavailable
from moderation.services.clock import Clock
from moderation.services.comment_scoring import Scored
from moderation.services.nudge_tone import NudgeBook, NudgeTone
from moderation.services.once import OnceKey, kept_answer, once_key
from moderation.services.receipts import Receipts
from moderation.services.scoring_port import ScoringPort
from moderation.services.show_comments import public_view
from moderation.services.submission_checks import Context, SubmissionChecks
from moderation.services.take_comments import Checked, Outcome, Repeated, TakeComments
from moderation.services.views import SubmissionAnswer
from moderation.storage import comments
from moderation.storage.unit_of_work import Store
from moderation.storage.write_together import WriteTogether


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
        self._take: WriteTogether[Checked, Outcome] = WriteTogether(
            store, TakeComments(clock, checks, receipts, book)
        )

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
        with self._coming():
            looked_up = self._look_up(request, once)
            if isinstance(looked_up, SubmissionAnswer):
                return looked_up
            context = looked_up
            # What fell into the trap is rejected whatever it says.
            scored = None if request.draft.honeypot else self._score(context.submission.body)
        outcome = self._take(
            Checked(context, scored, bool(request.draft.honeypot), request.network, once)
        )
        if isinstance(outcome, Repeated):
            with self._store.read() as session:
                return self._replay(session, outcome.kept)
        comment = outcome.comment
        return self._answer(comment, outcome.page_url, comment.status, comment.reasons)

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

    def _look_up(self, request: Request, once: OnceKey | None) -> Context | SubmissionAnswer:
        """What is there before scoring, or the answer that this request had before."""
        with self._store.read() as session:
            kept = kept_answer(session, once, self._clock())
            if kept is not None:
                return self._replay(session, kept)
            try:
                return self._check(session, request)
            except ModerationError:
                # The same request may have been taken in the meantime.
                kept = kept_answer(session, once, self._clock())
                if kept is None:
                    raise
                return self._replay(session, kept)

    def _check(self, session: Session, request: Request) -> Context:
        return self._checks(session, request.slug, request.draft, request.principal)

    def _coming(self) -> AbstractContextManager[None]:
        """Others' batches wait a moment for the text that is being looked at."""
        return nullcontext() if self._scoring is None else self._scoring.coming()

    def _score(self, body: str) -> Scored | None:
        """Scores, or None: then the comment is stored and waits for them."""
        if self._scoring is None:
            return None
        try:
            return self._scoring.one(body)
        except ScoringUnavailable:
            return None

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


def _once(request: Request) -> OnceKey | None:
    if request.idempotency_key is None:
        return None
    return once_key(
        request.principal,
        f"submit:{request.slug}",
        request.idempotency_key,
        asdict(request.draft),
    )
