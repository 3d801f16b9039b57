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

from dataclasses import dataclass, replace

import numpy as np

from moderation.domain.facts import MILLION, NOT_JUDGED, OUTCOMES, REFUSED
from moderation.domain.intervals import Estimate, Limits, kish, proportion, too_few, total, wilson
from moderation.domain.statuses import PUBLISHED, QUEUED
from moderation.services.lab.columns import Array, Mask, Window
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
    weight: Array


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


@dataclass(frozen=True)
class Counts:
    """Some comments, counted by how their truth is known.

    Attributes:
        weight: sum of one over the chance of being drawn, over the audits.
        weight_refused: the same over the audits that people reject.
        weight_squares: sum of the squares of those weights.
    """

    decided: float
    refused: float
    waiting: float
    public: float
    audits: float
    weight: float
    weight_refused: float
    weight_squares: float

    @property
    def n(self) -> int:
        return round(self.decided + self.audits)


def count(chosen: Mask, facts: Known) -> Counts:
    """Count the chosen comments."""
    weights = facts.weight[chosen & facts.audited]
    return Counts(
        decided=float((chosen & facts.decided).sum()),
        refused=float((chosen & facts.refused).sum()),
        waiting=float((chosen & facts.waiting).sum()),
        public=float((chosen & facts.public).sum()),
        audits=float(len(weights)),
        weight=float(weights.sum()),
        weight_refused=float(facts.weight[chosen & facts.audit_refused].sum()),
        weight_squares=float((weights * weights).sum()),
    )


def quality(outcome: Array, facts: Known) -> Quality:
    """Both numbers of a policy.

    Args:
        outcome: what it does with each comment, see ``replay``.
    """
    held, published = count(outcome == QUEUE, facts), count(outcome == PUBLISH, facts)
    return Quality(precision(held), missed(published))


def precision(held: Counts) -> Estimate:
    """The share of some comments that people reject.

    Decisions speak for the waiting ones too, audits for all the public ones.
    """
    each = (held.decided + held.waiting) / held.decided if held.decided else 0.0
    scale = held.public / held.weight if held.weight else 0.0
    weights = each * held.decided + scale * held.weight
    if not weights:
        return too_few(0)
    bad = each * held.refused + scale * held.weight_refused
    squares = each * each * held.decided + scale * scale * held.weight_squares
    return proportion(bad / weights, kish(weights, squares), held.n)


def missed(published: Counts) -> Estimate:
    """How many of some comments people would reject, see :func:`refused_in`."""
    parts = refused_in(published)
    if published.public and not published.audits:
        return too_few(0)
    return total(parts, round(published.audits if published.public else published.decided))


def refused_in(some: Counts) -> list[Limits]:
    """What people would reject of some comments, in independent parts with their limits.

    What was decided is known and counts as it is; the waiting and the public ones are each
    estimated, with the interval of their share times their number. Public ones of which no
    audit speaks are left out.
    """
    parts = [Limits(some.refused, some.refused, some.refused)]
    if some.waiting and some.decided:
        parts.append(_scaled(some.waiting, some.refused / some.decided, some.decided))
    if some.public and some.audits:
        size = kish(some.weight, some.weight_squares)
        parts.append(_scaled(some.public, some.weight_refused / some.weight, size))
    return parts


def approved_in(some: Counts) -> list[Limits]:
    """What people would let stand of some comments, see :func:`refused_in`."""
    turned = replace(
        some,
        refused=some.decided - some.refused,
        weight_refused=some.weight - some.weight_refused,
    )
    return refused_in(turned)


def _scaled(number: float, share: float, size: float) -> Limits:
    low, high = wilson(share, size)
    return Limits(number * share, number * low, number * high)
