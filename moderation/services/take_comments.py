"""The writing part of a submission: checked once more, decided, and stored with all that
goes with it, for several submissions in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Comment, Page, ScoringJob
from moderation.domain.checks import REJECT, Finding
from moderation.domain.ids import new_id
from moderation.domain.policy import UNSCORED_PRIORITY, decide
from moderation.domain.reasons import HONEYPOT
from moderation.domain.statuses import PENDING, POLICY, REJECTED
from moderation.errors import ModerationError
from moderation.services.change_status import Change, Move, begin_comments
from moderation.services.clock import Clock
from moderation.services.comment_scoring import Scored, policy_change, score_row
from moderation.services.nudge_tone import NudgeBook
from moderation.services.once import OnceKey, keep_answer, kept_answer, lock_key
from moderation.services.receipts import Receipts
from moderation.services.submission_checks import Context, SubmissionChecks
from moderation.storage import comments, sites
from moderation.storage.submissions import PageRow
from moderation.storage.unit_of_work import lock


@dataclass(frozen=True)
class Checked:
    """A submission that passed its checks before scoring.

    Attributes:
        scored: None where scoring is put off.
        trapped: a program has filled in the field that nobody sees.
        network: the sender's, cut to /24 or /48, or None.
        once: what tells a repetition of the request.
    """

    context: Context
    scored: Scored | None
    trapped: bool
    network: str | None
    once: OnceKey | None


@dataclass(frozen=True)
class Taken:
    """A stored comment with the address of its page."""

    comment: Comment
    page_url: str


@dataclass(frozen=True)
class Repeated:
    """What the same request was answered before."""

    kept: dict[str, Any]


Outcome = Taken | Repeated


class TakeComments:
    """Stores submissions; the caller commits."""

    def __init__(
        self, clock: Clock, checks: SubmissionChecks, receipts: Receipts, book: NudgeBook
    ) -> None:
        self._clock = clock
        self._checks = checks
        self._receipts = receipts
        self._book = book

    def __call__(
        self, session: Session, wishes: Sequence[Checked]
    ) -> list[Outcome | ModerationError]:
        """Store submissions, each as if it had come alone, in their order.

        Returns:
            for each what came of it, or why it is refused.
        """
        outcomes: dict[int, Outcome | ModerationError] = {}
        waiting = list(enumerate(wishes))
        while waiting:
            apart, waiting = _apart(waiting)
            self._take(session, apart, outcomes)
        return [outcomes[number] for number in range(len(wishes))]

    def _take(
        self,
        session: Session,
        wishes: Sequence[tuple[int, Checked]],
        outcomes: dict[int, Outcome | ModerationError],
    ) -> None:
        """Store submissions none of which another one's checks ask about."""
        now = self._clock()
        begun: list[tuple[int, Checked, Context, Move, str]] = []
        for number, wish in wishes:
            try:
                context = self._check(session, wish)
            except ModerationError as error:
                outcomes[number] = error
                continue
            if isinstance(context, Repeated):
                outcomes[number] = context
                continue
            page = _page(session, context, now)
            row = self._row(context, wish, page.id, now)
            move = _first_move(row, context, wish, now)
            begun.append((number, wish, context, move, page.url))
        begin_comments(session, [move for _, _, _, move, _ in begun], now)
        for number, wish, context, move, page_url in begun:
            self._follow_up(session, wish, context, move.comment, now)
            outcomes[number] = Taken(move.comment, page_url)
        session.flush()

    def _check(self, session: Session, wish: Checked) -> Context | Repeated:
        lock_key(session, wish.once)
        kept = kept_answer(session, wish.once, self._clock())
        if kept is not None:
            return Repeated(kept)
        lock(session, "author", wish.context.site.id, wish.context.submission.email_key)
        return self._checks.again(session, wish.context)

    def _row(self, context: Context, wish: Checked, page_id: str, now: datetime) -> Comment:
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
            network=wish.network,
            network_at=now if wish.network else None,
            receipt_key=Receipts.key(self._receipts.token(comment_id)),
            created_at=now,
            priority=UNSCORED_PRIORITY,
            policy_version=context.policy.version,
            escalated=False,
        )

    def _follow_up(
        self, session: Session, wish: Checked, context: Context, comment: Comment, now: datetime
    ) -> None:
        if comment.status == PENDING:
            session.add(ScoringJob(comment_id=comment.id, created_at=now, due_at=now, attempts=0))
        if context.settings.nudge:
            self._book.sent(session, context, now)
        kept = {"id": comment.id, "status": comment.status, "reasons": comment.reasons}
        keep_answer(session, wish.once, kept, now, comment.id)


def _first_move(comment: Comment, context: Context, wish: Checked, now: datetime) -> Move:
    """A new comment's first status, by the trap, by the policy, or pending."""
    if wish.trapped:
        return Move(comment, _trapped(context))
    if wish.scored is None:
        return Move(comment, Change(POLICY, "submitted", PENDING))
    policy = context.policy
    decision = decide(policy, context.evidence, wish.scored.scores)
    comment.priority = decision.priority
    change = policy_change(decision, policy.version, wish.scored)
    return Move(comment, change, score_row(comment, wish.scored, now))


def _trapped(context: Context) -> Change:
    """The rejection of what a program sent; the writer can appeal if it was a person."""
    finding = Finding("honeypot", "rule", True, None, REJECT, HONEYPOT)
    return Change(
        POLICY, "trapped", REJECTED, reasons=(HONEYPOT,), trace=(*context.evidence.passed, finding)
    )


def _page(session: Session, context: Context, now: datetime) -> Page | PageRow:
    """The page's row, made or given its title where it lacks that."""
    submission, page = context.submission, context.page
    if page is not None and (page.title or not submission.page_title):
        return page
    return sites.ensure_page(
        session, context.site.id, submission.page_url, submission.page_title, now
    )


def _apart(
    wishes: Iterable[tuple[int, Checked]],
) -> tuple[list[tuple[int, Checked]], list[tuple[int, Checked]]]:
    """The wishes that may be looked at together, one of each author and key; and the rest."""
    apart: list[tuple[int, Checked]] = []
    rest: list[tuple[int, Checked]] = []
    seen: set[Any] = set()
    for number, wish in wishes:
        author = wish.context.site.id, wish.context.submission.email_key
        keys = {author, (wish.once.scope, wish.once.key_hash)} if wish.once else {author}
        (rest if keys & seen else apart).append((number, wish))
        seen |= keys
    return apart, rest
