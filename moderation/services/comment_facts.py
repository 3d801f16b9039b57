"""Keeps each comment's facts for the threshold lab in step with what happens to it.

Called from the one path that writes a status and the one that writes a score, inside their
transactions: the facts commit with what they are about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from models import Comment, ModerationLog
from moderation.domain import facts
from moderation.domain.checks import BLOCKED, NONE, TRUSTED, Finding, count_links
from moderation.domain.facts import APPROVED, NOT_JUDGED, REFUSED, Facts
from moderation.domain.foreign_comment import SOURCES
from moderation.domain.identity_terms import terms_in
from moderation.domain.statuses import (
    AUTHOR,
    ERASED,
    IMPORT,
    MODERATOR,
    POLICY,
    PUBLISHED,
    REJECTED,
    SPAM,
    UNDO,
)
from moderation.services.step import Step
from moderation.storage import facts as stored
from moderation.storage import history, imported
from moderation.storage.facts import Row

VERDICTS: Final = {"approve": APPROVED, "reject": REFUSED, "spam": REFUSED}
ELSEWHERE: Final = {PUBLISHED: APPROVED, REJECTED: REFUSED, SPAM: REFUSED}
"""What a status says that an import brought; what was held there was not decided."""


def note_steps(session: Session, steps: Sequence[Step]) -> None:
    """Bring the facts up to steps of different comments that have just been logged."""
    new: list[Row] = []
    kept: list[Row] = []
    for step in steps:
        packed = _after(session, step)
        if packed is not None:
            row = Row(step.comment.site_id, step.comment.id, packed)
            (new if step.row.from_status is None else kept).append(row)
    stored.add(session, new)
    stored.keep(session, kept)


def _after(session: Session, step: Step) -> bytes | None:
    """A comment's facts after a step; None where the step changes nothing of them."""
    comment, row, trace = step.comment, step.row, step.trace
    if row.to_status == ERASED:
        return facts.forgotten(comment.id)
    if row.actor in (POLICY, AUTHOR) and trace is not None and row.policy_version is not None:
        return facts.pack(comment.id, _decided(comment, row, trace, step.audit_rate))
    if step.rewritten:
        # The old text's facts say nothing of the new one, which waits for its scores.
        return facts.pack(comment.id, _unscored(session, comment))
    if row.actor == IMPORT and (kept := stored.of_comment(session, comment.id)):
        return facts.with_import(kept, *_decided_elsewhere(session, comment))
    if row.actor in (MODERATOR, UNDO) and (kept := stored.of_comment(session, comment.id)):
        return facts.with_values(kept, {"verdict": _verdict(session, comment)})
    return None


def note_scores(session: Session, comment: Comment, values: Mapping[str, float]) -> None:
    """Put a model's present opinion into the facts."""
    if comment.status == ERASED:
        return
    packed = stored.of_comment(session, comment.id)
    base = packed or facts.pack(comment.id, _unscored(session, comment))
    values_now = facts.score_values(values)
    if comment.text_removed_at is None:
        # Rows of an older version do not have it yet.
        values_now["terms"] = terms_in(comment.body)
    changed = facts.with_values(base, values_now)
    if changed != packed:
        stored.keep(session, [Row(comment.site_id, comment.id, changed)])


def note_audit(session: Session, comment: Comment, verdict: int) -> None:
    """Put a blind audit's verdict into the facts."""
    _change(session, comment, {"audit": verdict})


def _unscored(session: Session, comment: Comment) -> Facts:
    """What is known of a text that no policy has decided and no model has scored yet."""
    said, source = _decided_elsewhere(session, comment)
    return Facts(
        at=comment.created_at,
        scores={},
        links=count_links(comment.body),
        verdict=_verdict(session, comment),
        imported=said,
        source=source,
        terms=terms_in(comment.body),
    )


def _decided(
    comment: Comment, row: ModerationLog, trace: Sequence[Finding], audit_rate: float
) -> Facts:
    found = {finding.check: finding for finding in trace}
    scores = {
        finding.check: facts.millionths(finding.value)
        for finding in trace
        if finding.kind == "label" and finding.value is not None
    }
    standing = None
    if "author_blocked" in found:
        standing = BLOCKED
    elif "author_trusted" in found:
        standing = TRUSTED
    return Facts(
        at=comment.created_at,
        scores=scores,
        policy_version=row.policy_version or 0,
        audit_rate=facts.millionths(audit_rate),
        links=int(found["links"].value or 0),
        machine=row.to_status,
        standing=standing,
        first=not found["first_comment"].value,
        suspect=found["suspect_words"].effect != NONE,
        blocked_word=found["blocked_words"].effect != NONE,
        terms=terms_in(comment.body),
    )


def _change(session: Session, comment: Comment, values: Mapping[str, int]) -> None:
    packed = stored.of_comment(session, comment.id)
    if packed is not None:
        changed = facts.with_values(packed, values)
        stored.keep(session, [Row(comment.site_id, comment.id, changed)])


def _decided_elsewhere(session: Session, comment: Comment) -> tuple[int, str]:
    """What the system that a comment comes from made of its present text, and which one."""
    origin = imported.of_comment(session, comment.id)
    if origin is None:
        return NOT_JUDGED, SOURCES[0]
    said = NOT_JUDGED
    for row in history.of_comment(session, comment.id):
        if row.actor == IMPORT:
            said = ELSEWHERE.get(row.to_status, NOT_JUDGED)
        elif row.actor == AUTHOR and row.action == "edit":
            said = NOT_JUDGED
    return said, origin.source


def _verdict(session: Session, comment: Comment) -> int:
    """What people say of the present text: the newest decision that was not taken back."""
    log = history.of_comment(session, comment.id)
    undone = history.undone(log)
    verdict = NOT_JUDGED
    for row in log:
        if row.actor == AUTHOR and row.action == "edit":
            verdict = NOT_JUDGED
        elif row.actor == MODERATOR and row.id not in undone:
            verdict = VERDICTS.get(row.action, verdict)
    return verdict
