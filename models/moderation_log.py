"""Every status change and decision, who or what made it, and why; append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id

_BY_PEOPLE = text("actor = 'moderator'")


class ModerationLog(Base):
    """One step in a comment's life; a decision's id is its row's id.

    ``trace`` holds the findings of a policy decision. ``before`` holds what an undo
    puts back besides the status.
    """

    __tablename__ = "moderation_log"
    __table_args__ = (
        Index("ix_moderation_log_comment", "comment_id", "id"),
        Index("ix_moderation_log_batch", "batch_id"),
        Index("ix_moderation_log_site_at", "site_id", "at"),
        Index(
            "ix_moderation_log_people",
            "site_id",
            "at",
            sqlite_where=_BY_PEOPLE,
            postgresql_where=_BY_PEOPLE,
        ),
        Index(
            "ix_moderation_log_actor",
            "actor_key",
            "at",
            sqlite_where=_BY_PEOPLE,
            postgresql_where=_BY_PEOPLE,
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comments.id", ondelete="CASCADE"))
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(16))
    actor_key: Mapped[str | None] = mapped_column(String(64))
    actor_name: Mapped[str | None] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(24))
    from_status: Mapped[str | None] = mapped_column(String(16))
    to_status: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    reasons: Mapped[list[str]]
    reason: Mapped[str | None] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(Text)
    trace: Mapped[list[dict[str, Any]] | None]
    policy_version: Mapped[int | None]
    model: Mapped[str | None] = mapped_column(String(300))
    batch_id: Mapped[str | None] = mapped_column(Id)
    undoes_id: Mapped[str | None] = mapped_column(Id)
    before: Mapped[dict[str, Any] | None]
