"""A site's policy, and the decision that follows from it for one comment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from moderation.domain import checks
from moderation.domain.checks import Finding
from moderation.domain.scores import Scores
from moderation.domain.statuses import PUBLISHED, QUEUED, REJECTED

THRESHOLDS: Final = "thresholds"
HOLD_ALL: Final = "hold_all"
MODES: Final = (THRESHOLDS, HOLD_ALL)
SCORING_UNAVAILABLE: Final = "scoring_unavailable"


@dataclass(frozen=True)
class Threshold:
    """At or above ``queue_at`` a person decides; at or above ``reject_at`` nobody has to.

    Either may be None (never); both lie in (0, 1], and ``reject_at >= queue_at``.
    """

    queue_at: float | None = None
    reject_at: float | None = None


# Set from the bundled model's figures (see its model card): of clean comments in news style
# that it was not trained on, at most one in ten is held. Nothing is rejected on a score
# unless an admin says so.
DEFAULT_THRESHOLDS: Final[Mapping[str, Threshold]] = {
    "toxicity": Threshold(0.65),
    "severe_toxicity": Threshold(0.5),
    "obscene": Threshold(0.5),
    "threat": Threshold(0.2),
    "insult": Threshold(0.65),
    "identity_attack": Threshold(0.6),
    "sexual_explicit": Threshold(0.5),
}


@dataclass(frozen=True)
class Policy:
    """What a site wants done with a comment; immutable, a change makes a new version."""

    version: int = 1
    mode: Literal["thresholds", "hold_all"] = "thresholds"
    thresholds: Mapping[str, Threshold] = field(default_factory=lambda: dict(DEFAULT_THRESHOLDS))
    max_links: int | None = 2
    suspect_words: tuple[str, ...] = ()
    blocked_words: tuple[str, ...] = ()
    hold_first_comment: bool = False
    scorer_down: Literal["queue"] = "queue"
    audit_rate: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Decision:
    """The outcome for one comment, with everything that led to it.

    Attributes:
        status: ``published``, ``queued`` or ``rejected``.
        reasons: codes of the findings that had an effect, rejecting ones first.
        trace: every finding, with or without effect.
        priority: where it stands in the queue, see :func:`priority`.
        audit_rate: the policy's share of blind audits among what it publishes.
    """

    status: str
    reasons: tuple[str, ...]
    trace: tuple[Finding, ...]
    priority: float
    audit_rate: float = 0.0


@dataclass(frozen=True)
class Evidence:
    """What is known of a submission when the policy looks at it.

    Attributes:
        name: the author's name.
        body: the text.
        published_before: comments of this author that the site has published.
        passed: findings of the checks that refuse a submission outright (duplicate,
            flood), recorded as passed.
        standing: how the site treats this author: ``blocked``, ``trusted`` or None.
    """

    name: str
    body: str
    published_before: int
    passed: tuple[Finding, ...] = ()
    standing: str | None = None


def judge_label(label: str, threshold: Threshold, scores: Scores) -> Finding:
    """Hold one label's score against its thresholds; a score at a threshold triggers."""
    value = scores.values.get(label)
    limits: dict[str, object] = {
        "queue_at": threshold.queue_at,
        "reject_at": threshold.reject_at,
    }
    if value is None:
        return Finding(
            label,
            "label",
            None,
            threshold.queue_at,
            checks.NONE,
            None,
            {**limits, "note": "not a label of the loaded model"},
        )
    if label in scores.readings:
        limits["reading"] = scores.readings[label]
    effect, limit = checks.NONE, threshold.queue_at
    if threshold.queue_at is not None and value >= threshold.queue_at:
        effect = checks.QUEUE
    if threshold.reject_at is not None and value >= threshold.reject_at:
        effect, limit = checks.REJECT, threshold.reject_at
    reason = label if effect != checks.NONE else None
    return Finding(label, "label", value, limit, effect, reason, limits)


def judge_rules(policy: Policy, evidence: Evidence) -> list[Finding]:
    """All checks that need no score, in the order in which a trace shows them."""
    texts = (evidence.name, evidence.body)
    hold_all = policy.mode == HOLD_ALL
    return [
        *evidence.passed,
        *checks.author_standing(evidence.standing),
        checks.listed_words("blocked_words", checks.REJECT, texts, policy.blocked_words),
        checks.listed_words("suspect_words", checks.QUEUE, texts, policy.suspect_words),
        checks.links(evidence.body, policy.max_links),
        checks.first_comment(
            evidence.published_before, hold_first_comment=policy.hold_first_comment
        ),
        Finding(
            "hold_all",
            "rule",
            hold_all,
            None,
            checks.QUEUE if hold_all else checks.NONE,
            "hold_all" if hold_all else None,
        ),
    ]


def judge_labels(policy: Policy, scores: Scores) -> list[Finding]:
    """Every label that the model scored or the policy names, with or without effect."""
    named = [label for label in policy.thresholds if label not in scores.values]
    return [
        judge_label(label, policy.thresholds.get(label, Threshold()), scores)
        for label in (*scores.values, *named)
    ]


def decide(policy: Policy, evidence: Evidence, scores: Scores) -> Decision:
    """Decide a scored comment by the site's policy."""
    findings = [*judge_labels(policy, scores), *judge_rules(policy, evidence)]
    if evidence.standing == checks.TRUSTED:
        findings = [checks.waived(finding) for finding in findings]
    return _conclude(policy, findings, priority(scores))


def decide_unscored(policy: Policy, evidence: Evidence, why: str) -> Decision:
    """Decide a comment that no scorer could score: a person has to look.

    The rules are evaluated and recorded too, yet none of them rejects it: a rule's
    verdict on a text that was never scored would be half a verdict.

    Args:
        why: what kept it from being scored, in words for moderators.
    """
    unscored = Finding(
        "scoring", "scorer", None, None, checks.QUEUE, SCORING_UNAVAILABLE, {"note": why}
    )
    rules = [
        replace(finding, effect=checks.QUEUE) if finding.effect == checks.REJECT else finding
        for finding in judge_rules(policy, evidence)
    ]
    return _conclude(policy, [unscored, *rules], UNSCORED_PRIORITY)


def _conclude(policy: Policy, findings: Sequence[Finding], rank: float) -> Decision:
    effects = {finding.effect for finding in findings}
    if policy.mode == HOLD_ALL:
        status = QUEUED
    elif checks.REJECT in effects:
        status = REJECTED
    else:
        status = QUEUED if checks.QUEUE in effects else PUBLISHED
    ordered = sorted(findings, key=lambda finding: finding.effect != checks.REJECT)
    reasons = dict.fromkeys(finding.reason for finding in ordered if finding.reason)
    return Decision(status, tuple(reasons), tuple(findings), rank, policy.audit_rate)


# How much a label's score weighs in the order of the queue: what can harm a person soonest
# comes first; rudeness can wait.
_WEIGHTS: Final[Mapping[str, float]] = {
    "threat": 1.0,
    "severe_toxicity": 1.0,
    "identity_attack": 0.95,
    "sexual_explicit": 0.9,
    "insult": 0.85,
    "toxicity": 0.8,
    "obscene": 0.75,
}
UNSCORED_PRIORITY: Final = 0.5


def priority(scores: Scores) -> float:
    """A comment's place in the queue, 0..1: its highest score, weighed by label.

    Stored with the row, never a function of the time; ties go oldest first.
    """
    weighed = [_WEIGHTS.get(label, 0.8) * value for label, value in scores.values.items()]
    return round(max(weighed, default=UNSCORED_PRIORITY), 6)
