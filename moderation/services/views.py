"""What services hand out: frozen, complete, and safe to use after the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class PublicComment:
    """What everyone may see of a published comment."""

    id: str
    parent_id: str | None
    author_name: str
    author_website: str | None
    body: str
    created_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True)
class SubmissionAnswer:
    """What a writer learns at once.

    Attributes:
        receipt_token: the key to this comment, given to nobody else.
        comment: its public form where it is published.
    """

    id: str
    status: str
    created_at: datetime
    page_url: str
    parent_id: str | None
    reasons: tuple[str, ...]
    receipt_token: str
    comment: PublicComment | None


@dataclass(frozen=True)
class PublicThread:
    """A part of a page's published comments, and how many there are in all."""

    items: tuple[PublicComment, ...]
    next_after: tuple[datetime, str] | None
    count: int


@dataclass(frozen=True)
class Claim:
    """Who holds a waiting comment, and until when."""

    by: str
    by_me: bool
    expires_at: datetime


@dataclass(frozen=True)
class Model:
    """The model that gave the scores."""

    name: str
    version: str


@dataclass(frozen=True)
class AppealView:
    """What an author said against a rejection.

    Attributes:
        for_others: whether the viewer rejected it and somebody else is there to decide.
    """

    message: str
    at: datetime
    for_others: bool


@dataclass(frozen=True)
class ReportView:
    """What one reader reported."""

    reason: str
    note: str | None
    at: datetime


@dataclass(frozen=True)
class ReviewItem:
    """A comment as its site's moderators see it.

    Attributes:
        report_count: how many readers have reported it.
    """

    id: str
    site: str
    status: str
    author_name: str
    author_email: str
    author_website: str | None
    author_history: Mapping[str, int]
    body: str
    page_url: str
    page_title: str | None
    parent_id: str | None
    created_at: datetime
    edited_at: datetime | None
    scores: Mapping[str, float]
    model: Model | None
    reasons: tuple[str, ...]
    priority: float
    escalated: bool
    claim: Claim | None
    version: int
    text_removed_at: datetime | None
    report_count: int
    appeal: AppealView | None


@dataclass(frozen=True)
class ThreadEntry:
    """A neighbour in the thread: what is said before and after a comment."""

    id: str
    parent_id: str | None
    status: str
    author_name: str
    body: str
    created_at: datetime


@dataclass(frozen=True)
class HistoryEntry:
    """One step in a comment's life."""

    id: str
    at: datetime
    actor: str
    by: str | None
    action: str
    from_status: str | None
    to_status: str
    version: int
    reasons: tuple[str, ...]
    reason: str | None
    note: str | None
    policy_version: int | None
    model: str | None
    undoes: str | None


@dataclass(frozen=True)
class CommentDetail:
    """Everything about one comment for the person who decides it.

    Attributes:
        source: the system that it was imported from, if it was.
        external_id: its id there.
    """

    item: ReviewItem
    network: str | None
    source: str | None
    external_id: str | None
    policy_version: int
    trace: tuple[Mapping[str, Any], ...]
    highlights: tuple[Mapping[str, Any], ...] | None
    thread: tuple[ThreadEntry, ...]
    history: tuple[HistoryEntry, ...]
    reports: tuple[ReportView, ...]


@dataclass(frozen=True)
class DecisionView:
    """A decision as it stands in the log."""

    id: str
    comment_id: str
    action: str
    status: str
    version: int
    created_at: datetime
    by: str


@dataclass(frozen=True)
class BulkResult:
    """What became of one item of a bulk decision; ``code`` where it did not go through."""

    id: str
    decision: DecisionView | None
    code: str | None


@dataclass(frozen=True)
class BulkOutcome:
    """A bulk decision, undone as a whole by its batch id."""

    batch_id: str
    results: tuple[BulkResult, ...]


@dataclass(frozen=True)
class PolicyView:
    """One version of a site's policy."""

    version: int
    rules: Mapping[str, Any]
    note: str
    author: str
    created_at: datetime


@dataclass(frozen=True)
class SiteView:
    """A site and its settings."""

    id: str
    slug: str
    name: str
    origins: tuple[str, ...]
    settings: Mapping[str, int | bool | None]
    created_at: datetime


@dataclass(frozen=True)
class UserView:
    """A person who signs in."""

    id: str
    email: str
    name: str
    role: str
    sites: tuple[str, ...]
    active: bool
    created_at: datetime


@dataclass(frozen=True)
class TokenView:
    """A token without its secret, which is shown once, when it is made."""

    id: str
    name: str
    role: str
    sites: tuple[str, ...]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    token: str | None = None
