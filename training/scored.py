"""Rows with their scores, and the figures that are reported of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from moderation.scoring.base import Scorer
from training.sources import LABELS, Row

Array = np.ndarray[Any, Any]
CHUNK = 512
FALSE_ALARMS = 0.05
BINS = 10
CLEAN_BELOW = 0.2


@dataclass(frozen=True)
class Scored:
    """Scores of the rows whose value of one label is known.

    Attributes:
        truth: values in 0..1.
        score: probabilities.
    """

    truth: Array
    score: Array

    @property
    def positive(self) -> Array:
        """Which rows count as positive."""
        return np.asarray(self.truth >= 0.5)


def score_rows(scorer: Scorer, rows: Sequence[Row]) -> Array:
    """Probabilities of all rows, rows x labels."""
    found: list[list[float]] = []
    for start in range(0, len(rows), CHUNK):
        scores = scorer.score([row.text for row in rows[start : start + CHUNK]])
        found += [[each.values[label] for label in LABELS] for each in scores]
    return np.array(found).reshape(len(rows), len(LABELS))


def of_label(rows: Sequence[Row], scores: Array, label: str) -> Scored:
    """The rows that have a value for this label."""
    column = LABELS.index(label)
    known = [at for at, row in enumerate(rows) if row.targets[column] is not None]
    truth = np.array([rows[at].targets[column] for at in known], dtype=float)
    return Scored(truth, scores[known, column])


def figures(scored: Scored, threshold: float) -> dict[str, float | int | None]:
    """AUC, recall at 5 % false alarms, share of clean rows held, calibration error."""
    positive = scored.positive
    both = 0 < positive.sum() < len(positive)
    clean = scored.score[scored.truth < CLEAN_BELOW]
    return {
        "n": len(positive),
        "positives": int(positive.sum()),
        "auc": _auc(scored) if both else None,
        "recall_at_5": _recall_at(scored, FALSE_ALARMS) if both else None,
        "clean_held": float((clean >= threshold).mean()) if len(clean) else None,
        "toxic_held": float((scored.score[positive] >= threshold).mean())
        if positive.any()
        else None,
        "ece": calibration_error(scored),
    }


def calibration_error(scored: Scored) -> float:
    """Mean gap between probability and truth over ten bins, weighted by their size."""
    bins = np.minimum((scored.score * BINS).astype(int), BINS - 1)
    gaps = [
        abs(scored.score[bins == number].mean() - scored.truth[bins == number].mean())
        * (bins == number).mean()
        for number in range(BINS)
        if (bins == number).any()
    ]
    return float(sum(gaps))


def _auc(scored: Scored) -> float:

    return float(roc_auc_score(scored.positive, scored.score))


def _recall_at(scored: Scored, false_alarms: float) -> float:
    threshold = np.quantile(scored.score[~scored.positive], 1 - false_alarms)
    return float((scored.score[scored.positive] > threshold).mean())
