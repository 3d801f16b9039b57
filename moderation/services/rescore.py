"""Scoring stored comments again, after the model has changed. Adds scores; decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models import Comment
from moderation.services.clock import Clock
from moderation.services.comment_scoring import keep_score
from moderation.services.scoring_port import ScoringPort
from moderation.storage import comments
from moderation.storage.unit_of_work import Store

BATCH = 64


class Rescore:
    """Brings every comment's score up to the loaded model."""

    def __init__(self, store: Store, clock: Clock, scoring: ScoringPort) -> None:
        self._store = store
        self._clock = clock
        self._scoring = scoring

    def __call__(self, site_id: str | None, progress: Callable[[int, int], None]) -> int:
        """Score what the loaded model has not scored yet.

        Args:
            site_id: only this site's comments; None is all.
            progress: told how many are done and how many there are.

        Returns:
            the number of comments scored.

        Raises:
            ScoringUnavailable: the scorer failed; what was scored so far is kept.
        """
        model = self._scoring.model()
        with self._store.read() as session:
            total = comments.count_to_rescore(session, site_id, model.name, model.version)
        done, after = 0, ""
        while True:
            with self._store.read() as session:
                rows = comments.to_rescore(
                    session, site_id, model.name, model.version, after, BATCH
                )
            if not rows:
                return done
            self._keep(rows)
            done, after = done + len(rows), rows[-1].id
            progress(done, total)

    def _keep(self, rows: Sequence[Comment]) -> None:
        results = self._scoring.many([row.body for row in rows])
        now = self._clock()
        with self._store.write() as session:
            for seen, scored in zip(rows, results, strict=True):
                comment = comments.find_locked(session, seen.id)
                if comment is not None and comment.text_key == seen.text_key:
                    keep_score(session, comment, scored, now)
