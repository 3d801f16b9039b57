"""Deciding scored comments: what can be known before the write lock, and the rest under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from models import Comment
from moderation.domain.policy import Evidence, decide
from moderation.domain.statuses import PENDING
from moderation.services.change_status import Move, MovesTogether
from moderation.services.comment_scoring import (
    Scored,
    evidence_for,
    keep_score,
    new_score,
    policy_change,
)
from moderation.services.policies import Policies
from moderation.storage import authors, comments


@dataclass(frozen=True)
class ScoredComment:
    """A comment as it was when its text went to the scorer, and what came of that.

    Attributes:
        move: what the policy made of it then; None where that is found out under the lock.
        standing: how its site treated its author then.
    """

    seen: Comment
    scored: Scored
    move: Move | None
    standing: str | None


def decided_ahead(
    session: Session, pairs: Sequence[tuple[Comment, Scored]], now: datetime
) -> list[ScoredComment]:
    """Decide by what can be read without a lock; :class:`Settling` checks that it still holds.

    Args:
        pairs: different comments.
    """
    policies, met, found = Policies(session), set(), []
    for comment, scored in pairs:
        evidence = evidence_for(session, comment)
        author = comment.site_id, comment.email_key
        # What becomes of an author's earlier comment belongs to what is known of them.
        alone = comment.status == PENDING and author not in met
        move = _move(comment, scored, policies, evidence, now) if alone else None
        met.add(author)
        found.append(ScoredComment(comment, scored, move, evidence.standing))
    return found


class Settling:
    """Gives scored comments what they waited for, in one writing transaction.

    Args:
        batch: all that are to be settled.
    """

    def __init__(self, session: Session, batch: Sequence[ScoredComment], now: datetime) -> None:
        self._session = session
        self._now = now
        self._policies = Policies(session)
        self._standings = authors.standings(
            session, [(each.seen.site_id, each.seen.email_key) for each in batch]
        )
        self._together = MovesTogether(session, now)

    def settle(self, each: ScoredComment) -> bool:
        """Decide a comment, or keep the scores of one that a person has by now.

        Call it in the order of the comments' ids: on PostgreSQL each stays locked.

        Returns:
            whether it has what it waited for: not when it has another text by now.
        """
        if each.move is not None and self._holds(each) and self._together.make(each.move):
            return True
        comment = comments.find_locked(self._session, each.seen.id)
        if comment is None or comment.text_key != each.seen.text_key:
            return False
        if comment.status != PENDING:
            keep_score(self._session, comment, each.scored, self._now)
            return True
        evidence = evidence_for(self._session, comment)
        return self._together.make(_move(comment, each.scored, self._policies, evidence, self._now))

    def record(self) -> None:
        """Store all that goes with the decisions."""
        self._together.record()

    def _holds(self, each: ScoredComment) -> bool:
        """Whether the policy and the author's standing are still those decided by."""
        assert each.move is not None
        version = self._policies(each.seen.site_id).version
        standing = self._standings.get((each.seen.site_id, each.seen.email_key))
        return (version, standing) == (each.move.change.policy_version, each.standing)


def _move(
    comment: Comment, scored: Scored, policies: Policies, evidence: Evidence, now: datetime
) -> Move:
    policy = policies(comment.site_id)
    decision = decide(policy, evidence, scored.scores)
    score = new_score(comment.id, scored, now)
    change = policy_change(decision, policy.version, scored)
    values = {**(change.values or {}), "score_id": score.id, "top_score": scored.top}
    return Move(comment, replace(change, values=values), score)
