"""What the services behind the review pages hand out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from moderation.domain.intervals import FEWEST
from moderation.services.scoring_health import ScoringSpeed
from moderation.services.views import ReviewItem


@dataclass(frozen=True)
class Note:
    """What a colleague wrote about a comment."""

    id: str
    at: datetime
    by: str
    note: str


@dataclass(frozen=True)
class Mark:
    """How a site wanted an author treated from a moment on, and why."""

    standing: str
    at: datetime
    by: str
    note: str


@dataclass(frozen=True)
class AuthorView:
    """Everything by one email on one site.

    Attributes:
        standing: ``blocked``, ``trusted`` or ``none``.
        marks: newest first.
        items: newest first.
        next_before: the id behind which older comments begin, or None.
    """

    name: str
    email: str
    site: str
    standing: str
    marks: tuple[Mark, ...]
    history: Mapping[str, int]
    items: tuple[ReviewItem, ...]
    next_before: str | None


@dataclass(frozen=True)
class FoundComments:
    """One part of a search.

    Attributes:
        next_before: where looking goes on; there may be more even if nothing was found.
        looked_through: how many comments this part may have looked through.
    """

    items: tuple[ReviewItem, ...]
    next_before: str | None
    looked_through: int


@dataclass(frozen=True)
class Facets:
    """How many wait, by what; every number is counted up to a bound.

    Attributes:
        counted: how many wait, up to a thousand.
        more: whether more wait than were counted.
        sites, reasons: how many on each site and for each reason, up to a hundred each.
        mine, holders: how many the caller and each colleague hold now.
        escalated: up to a hundred.
    """

    counted: int
    more: bool
    sites: Mapping[str, int]
    reasons: Mapping[str, int]
    mine: int
    escalated: int
    holders: Mapping[str, int]
    oldest_at: datetime | None


@dataclass(frozen=True)
class DecidedDay:
    """People's decisions on one day, and the minutes that they took to come."""

    day: date
    approved: int
    rejected: int
    spam: int
    half_within_min: float | None
    most_within_min: float | None


@dataclass(frozen=True)
class Undoable:
    """A decision of one's own that can still be taken back."""

    decision_id: str
    comment_id: str
    action: str
    author_name: str
    until: datetime


@dataclass(frozen=True)
class DecidedReason:
    """What people decided about comments that were held for one reason."""

    code: str
    approved: int
    rejected: int
    spam: int

    @property
    def decided(self) -> int:
        return self.approved + self.rejected + self.spam

    @property
    def approved_share(self) -> float | None:
        """How many of a hundred were approved: the policy held them for nothing.

        None from fewer than :data:`moderation.domain.intervals.FEWEST` decisions.
        """
        return 100 * self.approved / self.decided if self.decided >= FEWEST else None


@dataclass(frozen=True)
class ScorerState:
    """How scoring is.

    Attributes:
        ready: whether the scorer can score now, with a sentence about it.
        to_score: comments that wait for their scores, counted up to a hundred.
        came: comments of the last 24 hours, counted up to a thousand.
    """

    ready: bool
    detail: str
    to_score: int
    came: int
    speed: ScoringSpeed


@dataclass(frozen=True)
class Overview:
    """How the work stands.

    Attributes:
        days: the last fourteen, oldest first.
        most_within_min: None from fewer than 30 decisions.
        by_yesterday: how many had been decided by this time yesterday.
        by_reason: of the same fourteen days, the most frequent reason first.
    """

    facets: Facets
    days: tuple[DecidedDay, ...]
    half_within_min: float | None
    most_within_min: float | None
    by_yesterday: int
    by_reason: tuple[DecidedReason, ...]
    scorer: ScorerState


@dataclass(frozen=True)
class Reading:
    """How one person reads, and what they have been shown today.

    Attributes:
        blur: whether severe passages are blurred until asked for.
        keys: whether single letters act.
        daily_budget: severe passages that they want to be shown in a day.
        pause_due: whether they have read long enough to be reminded of a pause.
        pause_in_min: minutes of reading until then.
    """

    blur: bool
    keys: bool
    daily_budget: int
    severe_shown: int
    reading_min: int
    pause_due: bool
    pause_in_min: int


Marks = tuple[Mapping[str, Any], ...]
"""Marked passages: ``start``, ``end``, ``label``, ``weight``."""
