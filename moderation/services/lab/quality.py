"""How good a policy's holds are and what it lets through, from what people have said.

A policy's comments fall into three kinds by how their truth is known:

- **decided**: a moderator decided, because the machine held it or a reader reported it;
- **waiting**: the machine held it and nobody has decided yet; taken to be like the decided
  ones among those the machine held;
- **public**: the machine published it and nobody was sent to it. Only blind audits, drawn with
  a known chance, speak for these: each counts for one over its chance.

Sources:
    Horvitz, D. G. and Thompson, D. J. (1952), A generalization of sampling without replacement
    from a finite universe, JASA 47, 663-685: weights of one over the chance of being drawn.
    Hájek, J. (1971), in Godambe and Sprott (eds), Foundations of Statistical Inference, 236:
    the weighted mean, here times the known number of public comments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moderation.domain.facts import MILLION, NOT_JUDGED, OUTCOMES, REFUSED
from moderation.domain.intervals import Estimate, kish, proportion, too_few, total, wilson
from moderation.domain.statuses import PUBLISHED, QUEUED
from moderation.services.lab.columns import Mask, Window
from moderation.services.lab.replay import PUBLISH, QUEUE

_HELD_CODE = OUTCOMES.index(QUEUED) + 1
_PUBLIC_CODE = OUTCOMES.index(PUBLISHED) + 1


@dataclass(frozen=True)
class Quality:
    """Attributes:
    held_precision: of what the policy holds, the share that people reject.
    missed: how many comments it publishes that people would reject, in the window.
    """

    held_precision: Estimate
    missed: Estimate


@dataclass(frozen=True)
class Known:
    """How the truth of a window's comments is known; the same for every policy."""

    decided: Mask
    refused: Mask
    waiting: Mask
    public: Mask
    audited: Mask
    audit_refused: Mask
    weight: np.ndarray[tuple[int], np.dtype[np.float64]]


def known(window: Window) -> Known:
    """Sort a window by how the truth is known."""
    machine, verdict = window["machine"], window["verdict"]
    decided = verdict != NOT_JUDGED
    public = (machine == _PUBLIC_CODE) & ~decided
    audited = public & (window["audit"] != NOT_JUDGED) & (window["audit_rate"] > 0)
    weight = np.zeros(len(window))
    weight[audited] = MILLION / window["audit_rate"][audited]
    return Known(
        decided=decided,
        refused=verdict == REFUSED,
        waiting=(machine == _HELD_CODE) & ~decided,
        public=public,
        audited=audited,
        audit_refused=audited & (window["audit"] == REFUSED),
        weight=weight,
    )


def quality(outcome: np.ndarray[tuple[int], np.dtype[np.uint8]], facts: Known) -> Quality:
    """Both numbers of a policy.

    Args:
        outcome: what it does with each comment, see ``replay``.
    """
    return Quality(precision_of(outcome == QUEUE, facts), refused_in(outcome == PUBLISH, facts))


def precision_of(chosen: Mask, facts: Known) -> Estimate:
    """The share of some comments that people reject.

    Args:
        chosen: which comments.
    """
    share, size, n = weighted_share(chosen, facts)
    return proportion(share, size, n)


def weighted_share(chosen: Mask, facts: Known) -> tuple[float, float, int]:
    """The same as share, effective sample size, and decisions behind it."""
    decided = int((chosen & facts.decided).sum())
    refused = int((chosen & facts.refused).sum())
    waiting = int((chosen & facts.waiting).sum())
    public = int((chosen & facts.public).sum())
    audited = chosen & facts.audited
    audits = int(audited.sum())
    # Decisions speak for the waiting ones too, audits for all public ones.
    each = (decided + waiting) / decided if decided else 0.0
    raw = facts.weight[audited]
    scale = public / raw.sum() if audits else 0.0
    weights = each * decided + scale * raw.sum() if audits else each * decided
    if not weights:
        return 0.0, 0.0, 0
    bad = each * refused
    squares = each * each * decided
    if audits:
        bad += scale * facts.weight[chosen & facts.audit_refused].sum()
        squares += scale * scale * float((raw * raw).sum())
    return float(bad / weights), kish(float(weights), float(squares)), decided + audits


def refused_in(chosen: Mask, facts: Known) -> Estimate:
    """How many of some comments people would reject.

    What was decided is known and counts as it is; the waiting and the public ones are each
    estimated, with the interval of their share times their number.
    """
    decided = int((chosen & facts.decided).sum())
    refused = float((chosen & facts.refused).sum())
    waiting = int((chosen & facts.waiting).sum())
    public = int((chosen & facts.public).sum())
    parts = [(refused, refused, refused)]
    if waiting and decided:
        share = refused / decided
        low, high = wilson(share, decided)
        parts.append((waiting * share, waiting * low, waiting * high))
    if not public:
        return total(parts, decided)
    raw = facts.weight[chosen & facts.audited]
    if not len(raw):
        return too_few(0)
    share = float(facts.weight[chosen & facts.audit_refused].sum() / raw.sum())
    low, high = wilson(share, kish(float(raw.sum()), float((raw * raw).sum())))
    parts.append((public * share, public * low, public * high))
    return total(parts, len(raw))
