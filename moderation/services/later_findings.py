"""What is found about a comment after the policy has decided it, added to its trace."""

from __future__ import annotations

from sqlalchemy.orm import Session

from moderation.domain.checks import Finding
from moderation.storage import history


def trace_with(session: Session, comment_id: str, finding: Finding) -> tuple[Finding, ...]:
    """The comment's latest trace with one more finding, in place of an older one of its kind.

    The whole is kept with the new step, so that "why was this held?" has one full answer.
    """
    traced = [row.trace for row in history.of_comment(session, comment_id) if row.trace is not None]
    earlier = [Finding(**line) for line in traced[-1]] if traced else []
    return (*(line for line in earlier if line.check != finding.check), finding)
