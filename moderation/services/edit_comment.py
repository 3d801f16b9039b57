"""An author changes an own comment: it is scored and decided again.

An edit never takes a comment out of the queue, and a text that could not be scored is
not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from models import Comment, ScoringJob
from moderation.domain.policy import Decision, decide
from moderation.domain.reasons import APPEALED, REPORTED
from moderation.domain.statuses import AUTHOR, PENDING, QUEUED
from moderation.domain.submission import clean_body
from moderation.errors import Conflict, InvalidInput, ScoringUnavailable
from moderation.services.change_status import Change, change_status
from moderation.services.clock import Clock
from moderation.services.comment_scoring import Scored, evidence_for, keep_score
from moderation.services.once import keep_answer, kept_answer, lock_key
from moderation.services.own_comment_rules import allowed, find_own, own_key, settings_of
from moderation.services.policies import policy_in_force
from moderation.services.scoring_port import ScoringPort
from moderation.storage import comments, sites
from moderation.storage.unit_of_work import Store, lock


class EditComment:
    """Takes a new text for a comment.

    Args:
        scoring: scores texts; None puts scoring off to workers.
    """

    def __init__(self, store: Store, clock: Clock, scoring: ScoringPort | None) -> None:
        self._store = store
        self._clock = clock
        self._scoring = scoring

    def __call__(self, token: str, text: str, key: str | None = None) -> None:
        """Replace the text of a receipt's comment.

        Args:
            key: the client's Idempotency-Key, if it sent one; a repeated request does not
                undo a later edit.

        Raises:
            NotFound: no such receipt.
            InvalidInput: the new text is empty or too long.
            Conflict: ``edit_closed`` outside the window or in a status that is not edited,
                ``duplicate`` when the author has said the same beside it, ``stale`` when
                something else came first, ``idempotency_mismatch``.
        """
        once = own_key("edit", token, key, text)
        with self._store.read() as session:
            seen = find_own(session, token)
            if kept_answer(session, once, self._clock()) is not None:
                return
            body = self._checked(session, seen, text)
        if body == seen.body and once is None:
            return
        scored = self._score(body) if body != seen.body else None
        with self._store.write() as session:
            lock_key(session, once)
            if kept_answer(session, once, self._clock()) is not None:
                return
            comment = find_own(session, token)
            lock(session, "author", comment.site_id, comment.email_key)
            self._checked(session, comment, text)
            if body != seen.body:
                self._replace(session, comment, body, scored, seen.version)
            keep_answer(session, once, {}, self._clock(), comment.id)

    def _replace(
        self, session: Session, comment: Comment, body: str, scored: Scored | None, version: int
    ) -> None:
        now = self._clock()
        change = self._change(session, comment, body, scored)
        change_status(session, comment, change, seen_version=version, now=now)
        _keep_or_wait(session, comment, scored, now)

    def _checked(self, session: Session, comment: Comment, text: str) -> str:
        settings = settings_of(session, comment)
        if "edit" not in allowed(comment, settings, self._clock()):
            raise Conflict("This comment can no longer be changed.", code="edit_closed")
        try:
            body = clean_body(text, settings.body_max)
        except ValueError as error:
            raise InvalidInput({"body": [str(error)]}) from None
        said = (comment.page_id, comment.email_key, comment.parent_id, comments.text_key(body))
        if body != comment.body and comments.find_duplicate(session, *said):
            raise Conflict("You have already said this here.", code="duplicate")
        return body

    def _score(self, body: str) -> Scored | None:
        if self._scoring is None:
            return None
        try:
            return self._scoring.one(body)
        except ScoringUnavailable:
            return None

    def _change(
        self, session: Session, comment: Comment, body: str, scored: Scored | None
    ) -> Change:
        held = comment.status == QUEUED
        values = {
            "body": body,
            "text_key": comments.text_key(body),
            "search_text": comments.search_text(comment.name, comment.email, body),
            "edited_at": self._clock(),
            # The scores of the text before say nothing about this one.
            "score_id": None,
            "top_score": None,
        }
        if scored is None:
            to = QUEUED if held else PENDING
            return Change(AUTHOR, "edit", to, values=values, escalated=comment.escalated)
        policy = policy_in_force(session, sites.by_ids(session, [comment.site_id])[comment.site_id])
        evidence = replace(evidence_for(session, comment), body=body)
        decision = decide(policy, evidence, scored.scores)
        return Change(
            AUTHOR,
            "edit",
            QUEUED if held else decision.status,
            # What held it before still waits for an answer when the new text is clean.
            reasons=_reasons(comment, decision) if held else decision.reasons,
            trace=decision.trace,
            policy_version=policy.version,
            model=scored.model_text,
            escalated=comment.escalated,
            values=values | {"priority": decision.priority, "policy_version": policy.version},
            audit_rate=decision.audit_rate,
        )


def _reasons(comment: Comment, decision: Decision) -> Sequence[str]:
    """Why an edited comment still waits: what people said of it is not answered by an edit."""
    said = [code for code in comment.reasons if code in (REPORTED, APPEALED)]
    return (*decision.reasons, *said) or comment.reasons


def _keep_or_wait(session: Session, comment: Comment, scored: Scored | None, now: datetime) -> None:
    """Store the scores, or a job that brings them."""
    if scored is not None:
        keep_score(session, comment, scored, now)
        return
    job = ScoringJob(comment_id=comment.id, created_at=now, due_at=now, attempts=0)
    job.lease_until = job.last_error = None
    session.merge(job)
