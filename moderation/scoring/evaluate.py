"""How good a scorer is on labelled texts: AUC, precision and recall for each label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from moderation.domain.scores import LABELS
from moderation.scoring.base import Scorer

POSITIVE_FROM = 0.5
BATCH = 128


@dataclass(frozen=True)
class LabelQuality:
    """Figures of one label.

    Attributes:
        label: its name.
        n: texts whose value is known.
        positives: of those, with a value of at least 0.5.
        auc: area under the ROC curve; None unless both classes are there.
        precision: at the threshold; None where nothing was flagged.
        recall: at the threshold; None without positives.
    """

    label: str
    n: int
    positives: int
    auc: float | None
    precision: float | None
    recall: float | None


def evaluate(
    scorer: Scorer, rows: Iterable[Mapping[str, str | None]], *, threshold: float = POSITIVE_FROM
) -> list[LabelQuality]:
    """Compare scores with labels.

    Args:
        scorer: what to judge.
        rows: ``text`` and any of the labels as columns, values in 0..1; an empty or
            missing value is unknown.
        threshold: a score at or above it flags.

    Returns:
        One entry for each of the scorer's labels that has known values, in Detoxify's order.

    Raises:
        ValueError: for a value that is not a number in 0..1, naming row and column.
        ScoringUnavailable: from the scorer.
    """
    kept = list(rows)
    known = {label: _known(kept, label) for label in LABELS if label in scorer.labels}
    scores: list[Mapping[str, float]] = []
    for start in range(0, len(kept), BATCH):
        texts = [row.get("text") or "" for row in kept[start : start + BATCH]]
        scores += [found.values for found in scorer.score(texts)]
    return [
        _quality(label, [(truth, scores[at][label]) for at, truth in truths.items()], threshold)
        for label, truths in known.items()
        if truths
    ]


def _known(rows: Sequence[Mapping[str, str | None]], label: str) -> dict[int, bool]:
    truths = {}
    for at, row in enumerate(rows):
        value = (row.get(label) or "").strip()
        if value:
            truths[at] = _value(value, at, label) >= POSITIVE_FROM
    return truths


def _value(value: str, at: int, label: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise ValueError(f"row {at + 1}, column {label}: {value!r} is not a number from 0 to 1")
    return number


def _quality(label: str, pairs: Sequence[tuple[bool, float]], threshold: float) -> LabelQuality:
    truths = [truth for truth, _ in pairs]
    flagged = [score >= threshold for _, score in pairs]
    hits = sum(truth and flag for truth, flag in zip(truths, flagged, strict=True))
    positives, flags = sum(truths), sum(flagged)
    return LabelQuality(
        label=label,
        n=len(pairs),
        positives=positives,
        auc=_auc(truths, [score for _, score in pairs]) if 0 < positives < len(pairs) else None,
        precision=hits / flags if flags else None,
        recall=hits / positives if positives else None,
    )


def _auc(truths: Sequence[bool], scores: Sequence[float]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truths, scores))
