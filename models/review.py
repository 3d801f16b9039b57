"""What reviewing leaves behind besides decisions: notes, marks on authors, similar texts,
canned reasons, and each reader's own settings and day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class CommentNote(Base):
    """What a moderator wrote about a comment for colleagues; append-only."""

    __tablename__ = "comment_notes"
    __table_args__ = (Index("ix_comment_notes_comment", "comment_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comments.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)


class AuthorMark(Base):
    """How a site treats an author from now on; append-only, the newest row counts."""

    __tablename__ = "author_marks"
    __table_args__ = (Index("ix_author_marks_author", "site_id", "email_key", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    email_key: Mapped[str] = mapped_column(String(254))
    standing: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)


class TextBand(Base):
    """One of the keys by which nearly the same texts meet, see ``domain/near_text.py``.

    Only comments that wait have keys. A key is seldom shared by sites, so the index begins
    with it: one step for each key, not one for each site and key.
    """

    __tablename__ = "text_bands"
    __table_args__ = (Index("ix_text_bands_value", "value", "comment_id", "site_id"),)

    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    band: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    value: Mapped[int] = mapped_column(BigInteger)


class WaitingReason(Base):
    """One of the reasons for which a comment waits; gone when the comment leaves the queue.

    The comment's own list cannot be looked up by one of its codes; this can, and in the
    order of the queue, whose keys it repeats.
    """

    __tablename__ = "waiting_reasons"
    __table_args__ = (
        Index(
            "ix_waiting_reasons_priority",
            "code", "site_id", text("priority DESC"), "created_at", "comment_id",
        ),
        Index("ix_waiting_reasons_age", "code", "site_id", "created_at", "comment_id"),
    )  # fmt: skip

    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(50), primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    priority: Mapped[float]
    created_at: Mapped[datetime]


class WaitingScore(Base):
    """One label's score of a comment that waits, so that the queue can be walked by it."""

    __tablename__ = "waiting_scores"
    __table_args__ = (
        Index(
            "ix_waiting_scores_score",
            "label", "site_id", text("score DESC"), "created_at", "comment_id",
        ),
    )  # fmt: skip

    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    label: Mapped[str] = mapped_column(String(32), primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    score: Mapped[float]
    created_at: Mapped[datetime]


class CannedReasons(Base):
    """A site's own list of reasons; a site without a row has the default list."""

    __tablename__ = "canned_reasons"

    site_id: Mapped[str] = mapped_column(
        Id, ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    reasons: Mapped[list[dict[str, Any]]]


class ReaderSettings(Base):
    """How one person wants to read."""

    __tablename__ = "reader_settings"

    user_id: Mapped[str] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    blur: Mapped[bool]
    keys: Mapped[bool]
    daily_budget: Mapped[int]


class ReaderDay(Base):
    """What one person has been shown on one day; for that person only."""

    __tablename__ = "reader_days"

    user_id: Mapped[str] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    severe_shown: Mapped[int]
    reading_since: Mapped[datetime]
    last_seen_at: Mapped[datetime]
