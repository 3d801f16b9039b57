"""Scoring as services see it: texts in, scores with their model out, or a clear failure."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.errors import ScoringUnavailable
from moderation.scoring.base import Scorer
from moderation.services.comment_scoring import Scored
from moderation.services.views import Model


class ScoringPort:
    """Asks the scorer and refuses answers that do not fit the question.

    Args:
        scorer: any implementation of the port.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer

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
        results = self._scorer.score(texts)
        if len(results) != len(texts) or any(not result.values for result in results):
            raise ScoringUnavailable("The scorer gave an incomplete answer.")
        model = self.model()
        return [Scored(scores, model) for scores in results]

    def model(self) -> Model:
        """The loaded model."""
        return Model(self._scorer.name, self._scorer.version)
