"""Comments, what a model said of them, and those still waiting to be scored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, TextClause, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


def _partial_index(name: str, condition: str, *columns: str | TextClause) -> Index:
    """An index of only the rows that a query looks for."""
    where = text(condition)
    return Index(f"ix_comments_{name}", *columns, sqlite_where=where, postgresql_where=where)


def _queue_index(name: str, *columns: str | TextClause) -> Index:
    """An index in one order of the queue; every order ends in time and id."""
    return _partial_index(f"queue_{name}", "status = 'queued'", *columns, "created_at", "id")


# Texts that are kept for a time only.
_KEPT_TEXT = "text_removed_at IS NULL AND status IN ('rejected', 'spam', 'withdrawn')"
_BY_PRIORITY = text("priority DESC")
_BY_SCORE = text("top_score DESC")


class Comment(Base):
    """One comment. ``status`` and ``version`` are written by one path only,
    ``moderation/services/change_status.py``.

    ``version`` counts changes of text and status and decisions, not claims or notes.
    """

    __tablename__ = "comments"
    __table_args__ = (
        Index("ix_comments_page", "page_id", "status", "created_at", "id"),
        # All that a thread is put in order by, so that no row is read for it.
        Index("ix_comments_thread", "page_id", "created_at", "id", "parent_id", "status"),
        Index("ix_comments_author", "site_id", "email_key", "created_at"),
        Index("ix_comments_author_status", "site_id", "email_key", "status"),
        Index("ix_comments_site", "site_id", "id"),
        Index("ix_comments_page_author", "page_id", "email_key"),
        _partial_index("network", "network IS NOT NULL", "network_at"),
        _partial_index("site_feed", "status = 'published'", "site_id", "created_at", "id"),
        _partial_index("kept_text", _KEPT_TEXT, "site_id", "created_at"),
        _partial_index("claim", "claimed_by IS NOT NULL", "claimed_by"),
        _partial_index("claim_until", "claimed_by IS NOT NULL", "claim_expires_at"),
        _queue_index("priority", _BY_PRIORITY),
        _queue_index("score", _BY_SCORE),
        _queue_index("age"),
        _queue_index("site_priority", "site_id", _BY_PRIORITY),
        _queue_index("site_score", "site_id", _BY_SCORE),
        _queue_index("site_age", "site_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    page_id: Mapped[str] = mapped_column(Id, ForeignKey("pages.id", ondelete="CASCADE"))
    parent_id: Mapped[str | None] = mapped_column(Id, ForeignKey("comments.id"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]

    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    text_key: Mapped[str] = mapped_column(String(64))
    search_text: Mapped[str] = mapped_column(Text)
    network: Mapped[str | None] = mapped_column(String(64))
    network_at: Mapped[datetime | None]
    receipt_key: Mapped[str] = mapped_column(String(64), unique=True)

    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    text_removed_at: Mapped[datetime | None]

    reasons: Mapped[list[str]]
    priority: Mapped[float]
    top_score: Mapped[float | None]
    # No foreign key: the two tables would name each other. Scores go with their comment.
    score_id: Mapped[str | None] = mapped_column(Id)
    policy_version: Mapped[int]
    escalated: Mapped[bool] = mapped_column(default=False)
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_name: Mapped[str | None] = mapped_column(String(200))
    claim_expires_at: Mapped[datetime | None]


class Score(Base):
    """What one model version said of one text; append-only.

    One column a label, None where the model has not got it, so that a filter by score
    is a plain comparison.
    """

    __tablename__ = "scores"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE"), index=True
    )
    model: Mapped[str] = mapped_column(String(200))
    model_version: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
    toxicity: Mapped[float | None]
    severe_toxicity: Mapped[float | None]
    obscene: Mapped[float | None]
    threat: Mapped[float | None]
    insult: Mapped[float | None]
    identity_attack: Mapped[float | None]
    sexual_explicit: Mapped[float | None]


class ScoringJob(Base):
    """A comment that still needs its scores; the row is the queue.

    ``lease_until`` keeps two workers apart; a worker that dies loses its lease.
    """

    __tablename__ = "scoring_jobs"
    __table_args__ = (Index("ix_scoring_jobs_due", "due_at"),)

    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(300))


class HighlightSet(Base):
    """Which passages of a text weighed most, kept so that it is worked out once."""

    __tablename__ = "highlights"

    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    text_key: Mapped[str] = mapped_column(String(64))
    model_version: Mapped[str] = mapped_column(String(100))
    spans: Mapped[list[dict[str, Any]]]
