"""Scoring as services see it: texts in, scores with their model out, or a clear failure."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from moderation.domain.scores import Scores
from moderation.errors import ScoringUnavailable
from moderation.scoring.base import Scorer
from moderation.services.clock import utc_now
from moderation.services.comment_scoring import Scored
from moderation.services.scoring_health import ScoringHealth
from moderation.services.views import Model


class ScoringPort:
    """Asks the scorer and refuses answers that do not fit the question.

    Args:
        scorer: any implementation of the port.
        health: is told of every call.
        coming: opens a block in which a thread is about to ask; see :meth:`coming`.
    """

    def __init__(
        self,
        scorer: Scorer,
        health: ScoringHealth | None = None,
        coming: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._scorer = scorer
        self._coming = coming
        self._health = health or ScoringHealth(utc_now)

    def coming(self) -> AbstractContextManager[None]:
        """Around what comes before :meth:`one`: others' batches wait a moment for its text."""
        return self._coming()

    def one(self, text: str) -> Scored:
        """Score one text.

        Raises:
            ScoringUnavailable: when no trustworthy score can be had.
        """
        return self.many([text])[0]

    def many(self, texts: Sequence[str]) -> list[Scored]:
        """Score texts as one batch, in order.

        Raises:
            ScoringUnavailable: when no trustworthy score can be had.
        """
        try:
            began = time.perf_counter()
            results = self._checked(texts)
        except ScoringUnavailable:
            self._health.note_failure()
            raise
        self._health.note((time.perf_counter() - began) * 1000)
        model = self.model()
        return [Scored(scores, model) for scores in results]

    def _checked(self, texts: Sequence[str]) -> list[Scores]:
        results = self._scorer.score(texts)
        if len(results) != len(texts) or any(not result.values for result in results):
            raise ScoringUnavailable("The scorer gave an incomplete answer.")
        return results

    def model(self) -> Model:
        """The loaded model."""
        return Model(self._scorer.name, self._scorer.version)

    def labels(self) -> tuple[str, ...]:
        """What the loaded model scores; empty before one is loaded."""
        return tuple(self._scorer.labels)
