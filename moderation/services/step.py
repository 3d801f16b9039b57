"""A step of a comment that was made and is still to be recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models import Comment, ModerationLog, Score
from moderation.domain.checks import Finding


@dataclass(frozen=True)
class Step:
    """What happened to a comment, and what it was decided by.

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
