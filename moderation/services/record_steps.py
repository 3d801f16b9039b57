"""What goes with every step of a comment, in the step's own transaction.

Its row of the log, the keys that a waiting comment is found by, the facts for the lab, the
draws for blind review, the events for webhooks, and the author's mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import Comment, ModerationLog, Score
from moderation.domain.checks import Finding
from moderation.domain.statuses import IMPORT, QUEUED
from moderation.services.author_mail import note_publication
from moderation.services.blind_draw import draw_blind
from moderation.services.comment_facts import note_decision
from moderation.services.facts import StatusChanged
from moderation.services.webhook_outbox import Listening, announce
from moderation.storage import waiting_keys
from moderation.storage.unit_of_work import remember


@dataclass(frozen=True)
class Step:
    """A step that was made and is still to be recorded.

    Attributes:
        comment: as it is after the step.
        row: of the log, not stored yet.
        score: the new score that the step was decided by, not stored yet.
        trace: the policy's findings, where a policy decided.
        audit_rate: the share of what the policy publishes that is drawn for blind audits.
        rewritten: whether the step brought another text.
    """

    comment: Comment
    row: ModerationLog
    score: Score | None
    trace: Sequence[Finding] | None
    audit_rate: float
    rewritten: bool


def record_steps(session: Session, steps: Sequence[Step]) -> None:
    """Store all that goes with steps of different comments, each table's rows together."""
    for step in steps:
        if step.row.from_status == QUEUED:
            waiting_keys.forget(session, step.comment.id)
    session.add_all(step.score for step in steps if step.score is not None)
    session.add_all(step.row for step in steps)
    session.flush()
    waiting_keys.add(session, [(step.comment, step.score) for step in steps])
    listening = Listening(session)
    for step in steps:
        _record(session, step, listening)


def _record(session: Session, step: Step, listening: Listening) -> None:
    comment, row, rewritten = step.comment, step.row, step.rewritten
    note_decision(
        session, comment, row, step.trace, rewritten=rewritten, audit_rate=step.audit_rate
    )
    draw_blind(session, comment, row, rewritten=rewritten, audit_rate=step.audit_rate)
    announce(session, comment, row, listening)
    if row.actor != IMPORT:
        change = row.actor, row.action, row.from_status, row.to_status
        remember(session, StatusChanged(*change, tuple(row.reasons)))
    if row.from_status is not None:
        note_publication(session, comment, row)
