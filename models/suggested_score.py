"""Verdicts that clients of the Perspective routes report on texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class SuggestedScore(Base):
    """What a client says a text should have scored; holds a hash, never the text.

    ``suggested`` is by attribute as sent; ``scores`` is what the model gave by label,
    None while it could not answer. ``verdict`` is ``approved`` or ``rejected`` where the
    client sent a moderator's plain 0 or 1.
    """

    __tablename__ = "suggested_scores"
    __table_args__ = (Index("ix_suggested_scores_site", "site_id", "created_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    text_key: Mapped[str] = mapped_column(String(64))
    suggested: Mapped[dict[str, Any]]
    verdict: Mapped[str | None] = mapped_column(String(16))
    scores: Mapped[dict[str, Any] | None]
    model: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
