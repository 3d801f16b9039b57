"""A comment as a card of a list, and as the open item, ready for the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moderation.domain.severity import severe_labels, severe_passages
from moderation.domain.statuses import DECISIONS
from moderation.services.review_views import Marks, Reading
from moderation.services.views import CommentDetail, HistoryEntry, ReviewItem
from moderation.web.pages.passages import Passage, excerpt, passages, stand_in


@dataclass(frozen=True)
class Card:
    """One comment in a list.

    Attributes:
        parts: the text, or the beginning of it.
        top: the label with the highest score and that score.
        others: how many more labels it was held for.
        alike: ids of waiting comments that say nearly the same.
    """

    item: ReviewItem
    parts: tuple[Passage, ...]
    top: tuple[str, float] | None
    others: int
    alike: tuple[str, ...]


@dataclass(frozen=True)
class ScoreRow:
    """A label's score with the policy's thresholds, for a bar."""

    label: str
    value: float
    queue_at: float | None
    reject_at: float | None
    effect: str


@dataclass(frozen=True)
class OpenItem:
    """The open comment.

    Attributes:
        scores: one row a label.
        why: findings with an effect, rejecting ones first.
        checks: the findings of the rules.
        hidden: how many passages are blurred.
        decided: the decision that took it out of the queue, if there was one.
    """

    detail: CommentDetail
    parts: tuple[Passage, ...]
    scores: tuple[ScoreRow, ...]
    why: tuple[Mapping[str, Any], ...]
    checks: tuple[Mapping[str, Any], ...]
    hidden: int
    severe: int
    decided: HistoryEntry | None

    @property
    def item(self) -> ReviewItem:
        return self.detail.item

    @property
    def marked(self) -> tuple[Passage, ...]:
        """The numbered passages."""
        return tuple(part for part in self.parts if part.number)

    @property
    def open_to_me(self) -> bool:
        """Whether the viewer can decide it now."""
        claim = self.item.claim
        appeal = self.item.appeal
        for_others = appeal is not None and appeal.for_others
        free = claim is None or claim.by_me
        return self.item.status == "queued" and free and not for_others


def card_of(
    item: ReviewItem,
    marks: Marks | None,
    reading: Reading,
    *,
    alike: tuple[str, ...] = (),
    whole: bool = False,
) -> Card:
    """A card; where a severe text's passages are not known yet, all of it is left out.

    Args:
        alike: ids of waiting comments that say nearly the same.
        whole: the whole text instead of its beginning.
    """
    if reading.blur and marks is None and severe_labels(item.scores):
        parts: tuple[Passage, ...] = (Passage(stand_in(item.body), blurred=True),)
    else:
        parts = passages(item.body, item.scores, marks, blur=reading.blur)
    held = [label for label in item.reasons if label in item.scores]
    top = max(held or item.scores, key=lambda label: item.scores[label], default=None)
    shown = (top, item.scores[top]) if top else None
    return Card(
        item, parts if whole else excerpt(parts), shown, max(0, len(item.reasons) - 1), alike
    )


def open_item(detail: CommentDetail, reading: Reading, *, shown: bool) -> OpenItem:
    """The open comment.

    Args:
        shown: whether the reader has asked for its severe passages.
    """
    item = detail.item
    severe = severe_passages(item.scores, detail.highlights or ())
    blur = reading.blur and not shown
    unmarked = blur and detail.highlights is None and bool(severe_labels(item.scores))
    if unmarked:
        parts: tuple[Passage, ...] = (Passage(stand_in(item.body), blurred=True),)
    else:
        parts = passages(item.body, item.scores, detail.highlights, blur=blur)
    return OpenItem(
        detail=detail,
        parts=parts,
        scores=_score_rows(detail.trace, item.scores),
        why=_why(detail.trace),
        checks=tuple(line for line in detail.trace if line["kind"] != "label"),
        hidden=sum(part.blurred for part in parts),
        severe=max(len(severe), 1 if unmarked or severe_labels(item.scores) else 0),
        decided=_decided(detail.history) if item.status != "queued" else None,
    )


def _why(trace: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    effective = [line for line in trace if line["effect"] != "none"]
    return tuple(sorted(effective, key=lambda line: line["effect"] != "reject"))


def _score_rows(
    trace: Sequence[Mapping[str, Any]], scores: Mapping[str, float]
) -> tuple[ScoreRow, ...]:
    lines = {line["check"]: line for line in trace if line["kind"] == "label"}
    rows = []
    for label, value in scores.items():
        line = lines.get(label, {"detail": {}, "effect": "none"})
        limits = line["detail"]
        rows.append(
            ScoreRow(label, value, limits.get("queue_at"), limits.get("reject_at"), line["effect"])
        )
    return tuple(rows)


def _decided(history: Sequence[HistoryEntry]) -> HistoryEntry | None:
    made = [entry for entry in history if entry.action in DECISIONS]
    return made[-1] if made else None
