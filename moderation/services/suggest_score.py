"""Keeps what a client says a text should have scored, for calibration; never the text."""

from __future__ import annotations

from collections.abc import Mapping

from models import SuggestedScore
from moderation.domain.ids import new_id
from moderation.domain.principals import Principal
from moderation.errors import ScoringUnavailable
from moderation.services.clock import Clock
from moderation.services.comment_scoring import Scored
from moderation.services.scoring_port import ScoringPort
from moderation.storage.comments import text_key
from moderation.storage.unit_of_work import Store


class SuggestScore:
    """Takes suggested scores."""

    def __init__(self, store: Store, clock: Clock, scoring: ScoringPort) -> None:
        self._store = store
        self._clock = clock
        self._scoring = scoring

    def __call__(self, principal: Principal, text: str, suggested: Mapping[str, float]) -> None:
        """Store the suggestion with the model's own scores of the text.

        Args:
            principal: a ``site`` token; the suggestion belongs to its site.
            text: scored and hashed, then forgotten.
            suggested: attribute to the score it should have had, 0 to 1.

        Raises:
            Unavailable: the store cannot write.
        """
        scored = self._score(text)
        rows = [
            SuggestedScore(
                id=new_id(),
                site_id=site_id,
                text_key=text_key(text),
                suggested=dict(suggested),
                verdict=verdict(suggested),
                scores=dict(scored.scores.values) if scored else None,
                model=scored.model_text if scored else None,
                created_at=self._clock(),
            )
            for site_id in principal.site_ids
        ]
        with self._store.write() as session:
            session.add_all(rows)

    def _score(self, text: str) -> Scored | None:
        """Scores, or None: the verdict counts even while the model does not answer."""
        try:
            return self._scoring.one(text)
        except ScoringUnavailable:
            return None


def verdict(suggested: Mapping[str, float]) -> str | None:
    """A moderator's decision, where the scores are a plain 0 (approved) or 1 (rejected)."""
    values = set(suggested.values())
    if values == {0.0}:
        return "approved"
    return "rejected" if values == {1.0} else None
