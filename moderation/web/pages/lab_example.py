"""Which score makes a comment end differently under two policies."""

from __future__ import annotations

from moderation.domain.policy import Policy, Threshold, judge_label
from moderation.domain.scores import Scores
from moderation.services.lab.changes import Example
from moderation.services.preview_policy import Preview


def deciding(example: Example, preview: Preview) -> tuple[str, float] | None:
    """The highest-scoring label that the two policies judge differently.

    None where a rule made the difference.
    """
    scores = Scores(example.scores)
    differing = [
        (value, label)
        for label, value in example.scores.items()
        if _effect(preview.live_policy, label, scores) != _effect(preview.policy, label, scores)
    ]
    if not differing:
        return None
    value, label = max(differing)
    return label, value


def _effect(policy: Policy, label: str, scores: Scores) -> str:
    return judge_label(label, policy.thresholds.get(label, Threshold()), scores).effect
