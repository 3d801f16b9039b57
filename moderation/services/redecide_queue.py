"""Deciding what waits again by the policy now in force: first as a preview, then when asked.

Only comments that wait because a policy held them, and on which nobody has worked since, are
touched; never an escalated, claimed, reported, appealed or edited one. They move from the queue to
published or rejected, as one batch that can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from models import Comment
from moderation.domain.ids import new_id
from moderation.domain.policy import Policy, decide
from moderation.domain.principals import Principal
from moderation.domain.scores import Scores
from moderation.domain.statuses import MODERATOR, PUBLISHED, QUEUED, REJECTED
from moderation.errors import Conflict
from moderation.services.admin_log import note_admin
from moderation.services.change_status import Change, change_status
from moderation.services.clock import Clock
from moderation.services.comment_scoring import evidence_for
from moderation.services.policies import policy_in_force
from moderation.services.reach import own_site
from moderation.storage import comments, requeue
from moderation.storage.unit_of_work import Store

MOST: Final = 500


@dataclass(frozen=True)
class Redecided:
    """What deciding again does, or did.

    Attributes:
        waiting: comments that could be looked at, at most :data:`MOST`, oldest first.
        published: ids that are, or would be, published.
        rejected: ids that are, or would be, rejected.
        batch_id: undoes it, where it was done.
    """

    version: int
    waiting: int
    published: tuple[str, ...]
    rejected: tuple[str, ...]
    batch_id: str | None = None


class RedecideQueue:
    """Holds the live policy against what waits."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def preview(self, principal: Principal, slug: str) -> Redecided:
        """What would move; nothing does.

        Raises:
            NotFound: no such site.
        """
        with self._store.read() as session:
            site = own_site(session, principal, slug)
            policy = policy_in_force(session, site)
            rows = requeue.untouched(session, site.id, self._clock(), MOST)
            outcomes = {row.id: _outcome(session, row, policy) for row in rows}
        return _sorted(policy, outcomes, None)

    def __call__(self, principal: Principal, slug: str, version: int) -> Redecided:
        """Move what the policy would not hold any more.

        Args:
            version: of the policy that the preview was made with.

        Raises:
            NotFound: no such site.
            Conflict: ``stale`` where another version is in force by now.
        """
        now, batch_id, moved = self._clock(), new_id(), {}
        with self._store.write() as session:
            site = own_site(session, principal, slug)
            policy = policy_in_force(session, site)
            if policy.version != version:
                raise Conflict("Another version is in force; look again.", code="stale")
            rows = requeue.untouched(session, site.id, now, MOST)
            for row in sorted(rows, key=lambda row: row.id):  # as everyone locks several
                outcome = moved[row.id] = _outcome(session, row, policy)
                if outcome != QUEUED:
                    change = Change(
                        MODERATOR,
                        "redecide",
                        outcome,
                        by=principal,
                        note=f"By version {version} of the policy.",
                        batch_id=batch_id,
                        policy_version=version,
                    )
                    change_status(session, row, change, seen_version=row.version, now=now)
            found = _sorted(policy, moved, batch_id)
            detail = {"published": len(found.published), "rejected": len(found.rejected)}
            note_admin(
                session, self._clock, principal, "queue_redecided", site.name, site.id, detail
            )
            return found


def _outcome(session: Session, comment: Comment, policy: Policy) -> str:
    scores = comments.score_values(comments.scores_by_comment(session, [comment]).get(comment.id))
    if not scores:
        return QUEUED
    return decide(policy, evidence_for(session, comment), Scores(scores)).status


def _sorted(policy: Policy, outcomes: dict[str, str], batch_id: str | None) -> Redecided:
    published, rejected = (
        tuple(comment_id for comment_id, outcome in outcomes.items() if outcome == wanted)
        for wanted in (PUBLISHED, REJECTED)
    )
    return Redecided(policy.version, len(outcomes), published, rejected, batch_id)
