"""What readers and writers say about a comment: reports, and an author's appeal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id

# Reports whose reporter could still be recognised.
_TELLS_REPORTER = text("reporter_key <> id")


class CommentReport(Base):
    """One reader's report of a published comment.

    ``reporter_key`` is a keyed hash of the reader's address and the comment's id, so that
    two reports of one reader on different comments cannot be told to belong together; it
    is replaced by the row's id when addresses are forgotten.
    """

    __tablename__ = "comment_reports"
    __table_args__ = (
        UniqueConstraint("comment_id", "reporter_key"),
        Index(
            "ix_comment_reports_reporter",
            "at",
            sqlite_where=_TELLS_REPORTER,
            postgresql_where=_TELLS_REPORTER,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comments.id", ondelete="CASCADE"))
    reporter_key: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


class Appeal(Base):
    """An author's one appeal against a rejection.

    ``against_key`` is who rejected it, where that was a person or a token; while it waits
    for an answer that reviewer does not get it.
    """

    __tablename__ = "appeals"

    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    message: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    against_key: Mapped[str | None] = mapped_column(String(64), index=True)
