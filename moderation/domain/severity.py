"""Which texts are hard to read, and which of their passages are blurred until asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

SEVERE_LABELS: Final = frozenset(
    {"severe_toxicity", "threat", "identity_attack", "sexual_explicit"}
)
SEVERE_FROM: Final = 0.5


def severe_labels(scores: Mapping[str, float]) -> frozenset[str]:
    """The labels that make a text severe; none for one that anybody can read."""
    return frozenset(label for label in SEVERE_LABELS if scores.get(label, 0.0) >= SEVERE_FROM)


def severe_passages(
    scores: Mapping[str, float], highlights: Sequence[Mapping[str, Any]]
) -> tuple[Mapping[str, Any], ...]:
    """The marked passages that are blurred.

    Those of the labels that make the text severe; where no passage is marked for these
    (the text as a whole is threatening, say), every marked passage.

    Args:
        scores: label to probability.
        highlights: ``start``, ``end``, ``label`` and ``weight`` of each marked passage.
    """
    labels = severe_labels(scores)
    if not labels:
        return ()
    marked = tuple(mark for mark in highlights if mark["label"] in labels)
    return marked or tuple(highlights)
