"""The step from scores to a stored decision, shared by new and waiting comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import Comment, Score
from moderation.domain.ids import new_id
from moderation.domain.policy import Decision, Evidence
from moderation.domain.scores import LABELS, Scores
from moderation.domain.statuses import POLICY
from moderation.services.change_status import Change
from moderation.services.comment_facts import note_scores
from moderation.services.views import Model
from moderation.storage import submissions, waiting_keys


@dataclass(frozen=True)
class Scored:
    """Scores together with the model that gave them."""

    scores: Scores
    model: Model

    @property
    def model_text(self) -> str:
        return f"{self.model.name} {self.model.version}"

    @property
    def top(self) -> float | None:
        return max(self.scores.values.values(), default=None)


def score_row(comment: Comment, scored: Scored, now: datetime) -> Score:
    """The row of a model's opinion, which the comment's own columns name from now on.

    A new comment's goes into :func:`moderation.services.change_status.begin_comments` with it;
    the trace of the policy's decision brings the scores into the facts.
    """
    row = new_score(comment.id, scored, now)
    comment.score_id = row.id
    comment.top_score = scored.top
    return row


def new_score(comment_id: str, scored: Scored, now: datetime) -> Score:
    """The row of a model's opinion by itself."""
    return Score(
        id=new_id(),
        comment_id=comment_id,
        model=scored.model.name,
        model_version=scored.model.version,
        created_at=now,
        **{label: scored.scores.values.get(label) for label in LABELS},
    )


def keep_score(session: Session, comment: Comment, scored: Scored, now: datetime) -> None:
    """Store a model's opinion of a stored comment and make it the current one.

    Args:
        comment: nobody else may decide on it until commit: read with a lock, or just changed.
    """
    first = comment.score_id is None
    row = score_row(comment, scored, now)
    session.add(row)
    session.flush()
    waiting_keys.change_scores(session, comment, row, first=first)
    note_scores(session, comment, scored.scores.values)


def evidence_for(session: Session, comment: Comment) -> Evidence:
    """What the policy looks at for a stored comment."""
    known, standing = submissions.author_before(session, comment.site_id, comment.email_key)
    return Evidence(comment.name, comment.body, known, standing=standing)


def policy_change(decision: Decision, policy_version: int, scored: Scored | None) -> Change:
    """A policy's decision as a change of status."""
    return Change(
        POLICY,
        "scored" if scored else "unscored",
        decision.status,
        reasons=decision.reasons,
        trace=decision.trace,
        policy_version=policy_version,
        model=scored.model_text if scored else None,
        values={"priority": decision.priority, "policy_version": policy_version},
        audit_rate=decision.audit_rate,
    )
