"""What goes with every step of a comment, in the step's own transaction.

Its row of the log, the keys that a waiting comment is found by, the facts for the lab, the
draws for blind review, the events for webhooks, and the author's mail.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from moderation.domain.statuses import IMPORT, QUEUED
from moderation.services.author_mail import note_publication
from moderation.services.blind_draw import draw_blind
from moderation.services.comment_facts import note_steps
from moderation.services.facts import StatusChanged
from moderation.services.step import Step
from moderation.services.webhook_outbox import Listening, announce
from moderation.storage import waiting_keys
from moderation.storage.insert import insert_finished
from moderation.storage.unit_of_work import remember


def record_steps(session: Session, steps: Sequence[Step]) -> None:
    """Store all that goes with steps of different comments, each table's rows together."""
    for step in steps:
        if step.row.from_status == QUEUED:
            waiting_keys.forget(session, step.comment.id)
    session.flush()
    insert_finished(session, [step.score for step in steps if step.score is not None])
    insert_finished(session, [step.row for step in steps])
    waiting_keys.add(session, [(step.comment, step.score) for step in steps])
    note_steps(session, steps)
    listening = Listening(session)
    for step in steps:
        _record(session, step, listening)


def _record(session: Session, step: Step, listening: Listening) -> None:
    comment, row, rewritten = step.comment, step.row, step.rewritten
    draw_blind(session, comment, row, rewritten=rewritten, audit_rate=step.audit_rate)
    announce(session, comment, row, listening)
    if row.actor != IMPORT:
        change = row.actor, row.action, row.from_status, row.to_status
        remember(session, StatusChanged(*change, tuple(row.reasons)))
    if row.from_status is not None:
        note_publication(session, comment, row)
