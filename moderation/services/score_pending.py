"""Scores the comments that wait for it, and gives those up that have waited too long.

Run by the sweep and, when scoring has been put off, by workers. A claimed job carries a
lease, so a worker that dies in the middle loses nothing; a person's decision that came
first stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import DBAPIError

from models import Comment, ScoringJob
from moderation.domain.policy import decide_unscored
from moderation.domain.statuses import PENDING
from moderation.errors import Conflict, Contended, ScoringUnavailable
from moderation.services.change_status import change_status
from moderation.services.clock import Clock
from moderation.services.comment_scoring import evidence_for, policy_change
from moderation.services.policies import Policies
from moderation.services.scored_batch import ScoredComment, Settling, decided_ahead
from moderation.services.scoring_port import ScoringPort
from moderation.storage import comments, jobs
from moderation.storage.unit_of_work import Store

BATCH: Final = 32
"""Claimed, scored and decided together: on SQLite other writers wait for some hundredths of a
second while they are stored, in one transaction, because two workers that took turns more
often would stand in each other's way all the time."""
# A comment that a person has already been given only lacks its scores: no hurry.
_LATE_RETRY: Final = timedelta(seconds=30)


@dataclass(frozen=True)
class Round:
    """What one round did: comments scored, put off, and given up to a person."""

    scored: int = 0
    put_off: int = 0
    given_up: int = 0


class ScorePending:
    """Works through the scoring jobs.

    Args:
        give_up_s: seconds after which a pending comment goes to a person unscored.
    """

    def __init__(self, store: Store, clock: Clock, scoring: ScoringPort, give_up_s: float) -> None:
        self._store = store
        self._clock = clock
        self._scoring = scoring
        self._give_up = timedelta(seconds=give_up_s)

    def __call__(self, limit: int = BATCH, *, margin_s: float = 0) -> Round:
        """Do one round.

        Args:
            limit: most comments to claim.
            margin_s: seconds until the next round; a comment that would be overdue by
                then is given up now, so that the limit is kept.

        Raises:
            Unavailable: the store cannot answer.
        """
        scored = put_off = 0
        claimed = self._claim(limit)
        if claimed:
            scored, put_off = self._score(claimed)
        return Round(scored, put_off, self._give_up_overdue(timedelta(seconds=margin_s)))

    def _claim(self, limit: int) -> list[tuple[ScoringJob, Comment]]:
        if not limit:
            return []
        now = self._clock()
        # Asked first: most of the time nothing waits, and a write lock for nothing would
        # hold up those who have something to write.
        with self._store.read() as session:
            if not jobs.is_any_due(session, now):
                return []
        with self._store.write() as session:
            claimed = jobs.claim_due(session, now, limit)
        with self._store.read() as session:
            found = comments.by_ids(session, [job.comment_id for job in claimed])
        by_id = {comment.id: comment for comment in found}
        return [(job, by_id[job.comment_id]) for job in claimed if job.comment_id in by_id]

    def _score(self, claimed: Sequence[tuple[ScoringJob, Comment]]) -> tuple[int, int]:
        try:
            results = self._scoring.many([comment.body for _, comment in claimed])
        except ScoringUnavailable as error:
            if len(claimed) == 1:
                self._put_off(claimed[0][0], error.message)
                return 0, 1
            # One text may be what the scorer cannot take; the others must not wait for it.
            halves = claimed[: len(claimed) // 2], claimed[len(claimed) // 2 :]
            sums = [self._score(half) for half in halves]
            return sum(done for done, _ in sums), sum(left for _, left in sums)
        # Always in the same order: on PostgreSQL each comment stays locked until commit.
        pairs = sorted(
            zip((comment for _, comment in claimed), results, strict=True),
            key=lambda pair: pair[0].id,
        )
        with self._store.read() as session:
            batch = decided_ahead(session, pairs, self._clock())
        failure = self._finish_or_say(batch)
        if failure is not None:
            raise failure
        return len(claimed), 0

    def _finish_or_say(self, batch: Sequence[ScoredComment]) -> Exception | None:
        """One that the store refuses, or that others hold, holds up no other."""
        try:
            self._finish(batch)
        except (DBAPIError, Contended) as error:
            if len(batch) == 1:
                return error
            failures = [self._finish_or_say([one]) for one in batch]
            return next((failure for failure in failures if failure), None)
        return None

    def _put_off(self, job: ScoringJob, why: str) -> None:
        now = self._clock()
        overdue = job.created_at + self._give_up <= now
        with self._store.write() as session:
            due_at = now + _LATE_RETRY if overdue else now
            jobs.put_off(session, [job.comment_id], due_at, why)

    def _finish(self, batch: Sequence[ScoredComment]) -> None:
        with self._store.write() as session:
            settling = Settling(session, batch, self._clock())
            done = [each.seen.id for each in batch if settling.settle(each)]
            settling.record()
            jobs.finish(session, done)

    def _give_up_overdue(self, margin: timedelta) -> int:
        now = self._clock()
        with self._store.read() as session:
            overdue = jobs.pending_outside(
                session, now - self._give_up + margin, now + self._give_up, 500
            )
        return sum(self._give_to_person(comment_id) for comment_id in overdue)

    def _give_to_person(self, comment_id: str) -> bool:
        with self._store.write() as session:
            comment = comments.find(session, comment_id)
            job = session.get(ScoringJob, comment_id)
            if comment is None or job is None or comment.status != PENDING:
                return False
            policy = Policies(session)(comment.site_id)
            why = job.last_error or "The scorer did not answer in time."
            decision = decide_unscored(policy, evidence_for(session, comment), why)
            change = policy_change(decision, policy.version, None)
            try:
                change_status(session, comment, change, seen_version=comment.version,
                              now=self._clock())  # fmt: skip
            except Conflict:
                return False
        return True
