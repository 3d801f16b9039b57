"""A model's opinion of one text: a probability per label, in Detoxify's own names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

LABELS: tuple[str, ...] = (
    "toxicity",
    "severe_toxicity",
    "obscene",
    "threat",
    "insult",
    "identity_attack",
    "sexual_explicit",
)
"""Detoxify's labels, verbatim. A loaded model may have fewer."""

LOWEST = 0.000001
HIGHEST = 0.999999

AS_WRITTEN = "as_written"
NORMALISED = "normalised"


class BadScore(ValueError):
    """A model gave something that is not a probability (NaN, infinite, out of range)."""


def probability(value: float) -> float:
    """Round a raw score once, to six decimals within 0.000001..0.999999.

    Done where the score leaves the model, so that what is stored, compared with a
    threshold and shown is the same number.

    Raises:
        BadScore: for NaN, infinities and values outside 0..1.
    """
    if not math.isfinite(value) or not -1e-6 <= value <= 1 + 1e-6:
        raise BadScore(f"not a probability: {value!r}")
    return min(HIGHEST, max(LOWEST, round(float(value), 6)))


@dataclass(frozen=True)
class Scores:
    """Scores of one text.

    Attributes:
        values: label to probability, each passed through :func:`probability`.
        readings: label to the reading of the text that gave the maximum,
            ``as_written`` or ``normalised`` (spelling tricks undone).
        windows: number of overlapping pieces the text was read in, at least 1.
    """

    values: Mapping[str, float]
    readings: Mapping[str, str] = field(default_factory=dict)
    windows: int = 1
