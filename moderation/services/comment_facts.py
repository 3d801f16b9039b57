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
from moderation.domain.statuses import AUTHOR, ERASED, MODERATOR, POLICY, UNDO
from moderation.storage import facts as stored
from moderation.storage import history

VERDICTS: Final = {"approve": APPROVED, "reject": REFUSED, "spam": REFUSED}


def note_decision(session: Session, comment: Comment, row: ModerationLog, trace: Sequence[Finding] | None,
                  audit_rate: float) -> None:  # fmt: skip
    """Bring the facts up to a step that has just been logged.

    Args:
        row: the step.
        trace: the policy's findings, where a policy decided.
        audit_rate: the policy's share of blind audits.
    """
    if row.to_status == ERASED:
        stored.keep(session, comment.site_id, comment.id, facts.forgotten(comment.id))
    elif row.actor in (POLICY, AUTHOR) and trace is not None and row.policy_version is not None:
        packed = facts.pack(comment.id, _decided(comment, row, trace, audit_rate))
        if row.from_status is None:
            stored.add(session, comment.site_id, comment.id, packed)
        else:
            stored.keep(session, comment.site_id, comment.id, packed)
    elif row.actor == AUTHOR and row.action == "edit":
        # The old text's facts say nothing of the new one, which waits for its scores.
        stored.keep(session, comment.site_id, comment.id, facts.forgotten(comment.id))
    elif row.actor in (MODERATOR, UNDO):
        _change(session, comment, {"verdict": _verdict(session, comment)})


def note_scores(session: Session, comment: Comment, values: Mapping[str, float]) -> None:
    """Put a model's present opinion into the facts."""
    packed = stored.of_comment(session, comment.id)
    if packed is None or packed == facts.forgotten(comment.id):
        made = Facts(at=comment.created_at, scores={}, links=count_links(comment.body))
        packed = facts.pack(comment.id, made)
    changed = facts.with_values(packed, facts.score_values(values))
    if changed != packed:
        stored.keep(session, comment.site_id, comment.id, changed)


def note_audit(session: Session, comment: Comment, verdict: int) -> None:
    """Put a blind audit's verdict into the facts."""
    _change(session, comment, {"audit": verdict})


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
    )


def _change(session: Session, comment: Comment, values: Mapping[str, int]) -> None:
    packed = stored.of_comment(session, comment.id)
    if packed is not None:
        changed = facts.with_values(packed, values)
        stored.keep(session, comment.site_id, comment.id, changed)


def _verdict(session: Session, comment: Comment) -> int:
    """What people say of the present text: the newest decision that was not taken back."""
    log = history.of_comment(session, comment.id)
    undone = {row.undoes_id for row in log if row.undoes_id}
    verdict = NOT_JUDGED
    for row in log:
        if row.actor == AUTHOR and row.action == "edit":
            verdict = NOT_JUDGED
        elif row.actor == MODERATOR and row.id not in undone:
            verdict = VERDICTS.get(row.action, verdict)
    return verdict
