"""Comments whose truth people have told, each standing for as many as it was drawn from.

What was held is decided nearly whole, what was published is known from the drawn share alone: to
count both alike would make the scores of quiet comments look far worse than they are. Each is
weighted by one over its chance of being known, as in ``quality``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from moderation.domain.facts import MILLION, NO_SCORE, OUTCOMES
from moderation.domain.statuses import QUEUED
from moderation.services.lab.columns import Array, Mask, Window
from moderation.services.lab.quality import Known, known

_HELD_CODE = OUTCOMES.index(QUEUED) + 1


@dataclass(frozen=True)
class Told:
    """Scores of one label, 0 to 1, with what people said of each comment.

    Attributes:
        weight: how many comments each stands for.
        audits: how many of them blind audits told.
    """

    scores: Array
    refused: Mask
    weight: Array
    audits: int

    def __len__(self) -> int:
        return len(self.scores)


def told(window: Window, label: str) -> Told:
    """All comments of a window that have the label's score and whose truth is known."""
    facts = known(window)
    use = (facts.decided | facts.audited) & (window[label] != NO_SCORE)
    return Told(
        scores=window[label][use] / MILLION,
        refused=(facts.refused | facts.audit_refused)[use],
        weight=_weights(window, facts)[use],
        audits=int((facts.audited & use).sum()),
    )


def with_pairs(some: Told, pairs: Sequence[tuple[Mapping[str, float], bool]], label: str) -> Told:
    """The same with texts that were judged elsewhere, each standing for itself."""
    fitting = [(scores[label], refused) for scores, refused in pairs if label in scores]
    return Told(
        scores=np.concatenate([some.scores, [score for score, _ in fitting]]),
        refused=np.concatenate([some.refused, np.array([said for _, said in fitting], bool)]),
        weight=np.concatenate([some.weight, np.ones(len(fitting))]),
        audits=some.audits,
    )


def _weights(window: Window, facts: Known) -> Array:
    weight = np.ones(len(window))
    held = facts.decided & (window["machine"] == _HELD_CODE)
    if held.any():
        # The waiting ones are taken to be like those that were decided.
        weight[held] = (int(held.sum()) + int(facts.waiting.sum())) / int(held.sum())
    if facts.audited.any():
        drawn = facts.weight[facts.audited]
        weight[facts.audited] = drawn * int(facts.public.sum()) / drawn.sum()
    return weight
