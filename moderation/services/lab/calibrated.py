"""A label's scores as chances that people reject: fitted, and held against what people said.

Sources:
    Zadrozny, B. and Elkan, C. (2002), Transforming classifier scores into accurate multiclass
    probability estimates, KDD, 694-699: isotonic regression of the truth on the score.
    Brunk, H. D. (1970), Estimation of isotonic regression, in Puri (ed), Nonparametric
    Techniques in Statistical Inference, 177-197: its error falls with the cube root of n.
    Niculescu-Mizil, A. and Caruana, R. (2005), Predicting good probabilities with supervised
    learning, ICML, 625-632: how much data that takes, and reliability diagrams.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from moderation.domain.intervals import Estimate, kish, proportion
from moderation.services.lab.columns import Array
from moderation.services.lab.told import Told

STEPS: Final = 100
FOLDS: Final = 5
BINS: Final = 10
NEAR: Final = 0.025
_NEAR_OF: Final = 500


@dataclass(frozen=True)
class ReliabilityBin:
    """Comments for which about the same was foretold.

    Attributes:
        foretold: their mean, or None where there are none.
        observed: the share that people rejected.
    """

    foretold: float | None
    observed: Estimate


@dataclass(frozen=True)
class Reliability:
    """How far what was foretold came true.

    Attributes:
        brier: mean squared distance, 0 is perfect.
    """

    bins: tuple[ReliabilityBin, ...]
    brier: float


def scale(some: Told) -> tuple[Estimate, ...]:
    """The chance at each hundredth of a score, rising, with its interval and n.

    The interval is Wilson's at that chance, of as many decisions as lie near the score: within
    0.025 of it, from 500 decisions on within a stretch that shrinks as the curve's own error does.
    ``benchmarks/lab_truth.py`` holds it against curves that are known.
    """
    near = NEAR * min(1.0, (_NEAR_OF / max(1, len(some))) ** (1 / 3))
    steps = np.arange(STEPS + 1) / STEPS
    chances = _fitted(some.scores, some.refused, some.weight, steps)
    return tuple(
        _near(some, float(step), float(chance), near)
        for step, chance in zip(steps, chances, strict=True)
    )


def crossed(some: Told) -> Array:
    """What a scale foretells of each comment that was made without it.

    In five parts by a fixed shuffle: a scale held against its own comments always fits.
    """
    parts = np.random.default_rng(0).permutation(len(some)) % FOLDS
    foretold = np.zeros(len(some))
    for part in range(FOLDS):
        inside, outside = parts == part, parts != part
        foretold[inside] = _fitted(
            some.scores[outside], some.refused[outside], some.weight[outside], some.scores[inside]
        )
    return foretold


def reliability(some: Told, foretold: Array) -> Reliability:
    """A reliability diagram's points, and Brier's score."""
    places = np.minimum((foretold * BINS).astype(int), BINS - 1)
    distance = (foretold - some.refused) ** 2
    return Reliability(
        tuple(_bin(some, foretold, places == place) for place in range(BINS)),
        float(np.average(distance, weights=some.weight)),
    )


def _bin(some: Told, foretold: Array, inside: Any) -> ReliabilityBin:
    if not inside.any():
        return ReliabilityBin(None, Estimate(None, None, None, 0))
    weight = some.weight[inside]
    share = float(np.average(some.refused[inside], weights=weight))
    size = kish(float(weight.sum()), float((weight * weight).sum()))
    mean = float(np.average(foretold[inside], weights=weight))
    return ReliabilityBin(mean, proportion(share, size, int(inside.sum())))


def _near(some: Told, score: float, chance: float, near: float) -> Estimate:
    weight = some.weight[np.abs(some.scores - score) <= near]
    size = kish(float(weight.sum()), float((weight * weight).sum()))
    return proportion(chance, size, len(weight))


def _fitted(scores: Array, refused: Array, weight: Array, wanted: Array) -> Array:
    from sklearn.isotonic import IsotonicRegression

    curve = IsotonicRegression(y_min=0, y_max=1, increasing=True, out_of_bounds="clip")
    found: Array = curve.fit(scores, refused, sample_weight=weight).predict(wanted)
    return found
