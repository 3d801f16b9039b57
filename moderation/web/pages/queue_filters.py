"""The queue's filters as a page's address carries them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from moderation.domain.scores import LABELS
from moderation.services.review_queue import HOLDERS, SORTS, QueueQuery
from moderation.web.api.fields import UNSTORABLE

_LONGEST: Final = 200


@dataclass(frozen=True)
class Filters:
    """Which part of the queue a page shows; a bad value in an address is left out."""

    site: str | None = None
    label: str | None = None
    min_score: float | None = None
    max_score: float | None = None
    reason: str | None = None
    q: str | None = None
    holder: str | None = None
    escalated: bool = False
    sort: str = "priority"

    @property
    def query(self) -> QueueQuery:
        """What the service is asked."""
        return QueueQuery(
            self.site,
            self.label,
            self.min_score,
            self.max_score,
            self.reason,
            self.q,
            None,
            self.sort,
            self.holder,
            self.escalated,
        )

    def address(self, path: str = "/queue", **changes: object) -> str:
        """A page's address with these filters, some of them changed."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]
        pairs = [(name, value) for name, value in vars(wanted).items() if value not in (None, "")]
        kept = [
            (name, "1" if value is True else str(value))
            for name, value in pairs
            if value is not False and (name, value) != ("sort", "priority")
        ]
        return f"{path}?{urlencode(kept)}" if kept else path


def read_filters(sent: MultiDict[str, str]) -> Filters:
    """The filters in an address."""
    return Filters(
        site=_text(sent.get("site"), 63),
        label=_one_of(sent.get("label"), LABELS),
        min_score=_score(sent.get("min_score")),
        max_score=_score(sent.get("max_score")),
        reason=_text(sent.get("reason"), 50),
        q=_text(sent.get("q"), _LONGEST),
        holder=_one_of(sent.get("holder"), HOLDERS),
        escalated=sent.get("escalated") == "1",
        sort=_one_of(sent.get("sort"), SORTS) or "priority",
    )


def _text(value: str | None, longest: int) -> str | None:
    text = (value or "").strip()[:longest]
    return None if not text or UNSTORABLE.search(text) else text


def _one_of(value: str | None, words: tuple[str, ...]) -> str | None:
    return value if value in words else None


def _score(value: str | None) -> float | None:
    try:
        score = float(value or "")
    except ValueError:
        return None
    return score if 0 < score < 1 else None
