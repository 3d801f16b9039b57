"""Mail that waits to be sent, and who wants none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id

_WAITING = text("sent_at IS NULL")


class Mail(Base):
    """One mail; the row is the queue and holds neither an address nor a text.

    It is written when it is sent, from the rows that it is about. ``comment_id`` is
    unique: an author hears of one publication only. ``lease_until`` keeps two senders
    apart.
    """

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_due", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    comment_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE"), unique=True
    )
    user_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(100))
    sent_at: Mapped[datetime | None]


class MailStop(Base):
    """An author who wants no mail; a keyed hash, so that the address need not be kept."""

    __tablename__ = "mail_stops"

    address_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class MailDigest(Base):
    """When it was last looked whether a moderator has something to hear of."""

    __tablename__ = "mail_digests"

    user_id: Mapped[str] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    looked_at: Mapped[datetime]
