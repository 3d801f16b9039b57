"""What clients of the Perspective routes said that texts should have scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from models import SuggestedScore
from moderation.domain.principals import Principal
from moderation.services.reach import own_site
from moderation.storage import suggested
from moderation.storage.unit_of_work import Store

VERDICTS_MAX: Final = 20_000


@dataclass(frozen=True)
class SuggestionView:
    """A suggestion; the text itself was never kept.

    Attributes:
        text_key: SHA-256 of the text, by which the same text is recognised.
        suggested: attribute, as the client sent it, to score.
        verdict: ``approved`` or ``rejected`` where the scores are a plain 0 or 1.
        scores: what the model gave, by label; None while it could not answer.
    """

    id: str
    created_at: datetime
    text_key: str
    suggested: Mapping[str, float]
    verdict: str | None
    scores: Mapping[str, float] | None
    model: str | None


class ReadSuggestedScores:
    """Shows suggestions to admins."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self, principal: Principal, slug: str, after: str, limit: int
    ) -> tuple[SuggestionView, ...]:
        """A site's suggestions, oldest first, behind a given id.

        Raises:
            NotFound: no such site.
        """
        with self._store.read() as session:
            site = own_site(session, principal, slug)
            rows = suggested.of_site(session, site.id, after, limit)
            return tuple(_view(row) for row in rows)


def suggested_verdicts(
    session: Session, site_id: str, model: str
) -> list[tuple[Mapping[str, float], bool]]:
    """Pairs for calibration: a model's scores of a text, and whether it was rejected.

    Args:
        model: name and version of the model whose scores are wanted.

    Returns:
        the newest 20,000 at most, newest first; of a text that was judged again the last
        verdict alone.
    """
    rows = suggested.judged(session, site_id, model, VERDICTS_MAX)
    last = {row.text_key: row for row in reversed(rows) if row.scores}
    return [(row.scores or {}, row.verdict == "rejected") for row in reversed(last.values())]


def _view(row: SuggestedScore) -> SuggestionView:
    return SuggestionView(
        id=row.id,
        created_at=row.created_at,
        text_key=row.text_key,
        suggested=row.suggested,
        verdict=row.verdict,
        scores=row.scores,
        model=row.model,
    )
