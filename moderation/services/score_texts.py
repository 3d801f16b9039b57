"""Scores for other programs: nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from moderation.errors import InvalidInput
from moderation.services.comment_scoring import Scored
from moderation.services.scoring_port import ScoringPort

TEXTS_MAX: Final = 128
TEXT_MAX: Final = 50_000


class ScoreTexts:
    """Scores texts and forgets them."""

    def __init__(self, scoring: ScoringPort) -> None:
        self._scoring = scoring

    def __call__(self, texts: Sequence[str]) -> list[Scored]:
        """Score up to 128 texts, in order; each is read whole.

        Raises:
            InvalidInput: too many texts, or one that is too long.
            ScoringUnavailable: the scorer cannot answer now.
        """
        if not 1 <= len(texts) <= TEXTS_MAX:
            raise InvalidInput({"texts": [f"Must have 1 to {TEXTS_MAX} texts."]})
        faults = {
            f"texts.{place}": [f"At most {TEXT_MAX} characters."]
            for place, text in enumerate(texts)
            if len(text) > TEXT_MAX
        }
        if faults:
            raise InvalidInput(faults)
        return self._scoring.many(texts)
