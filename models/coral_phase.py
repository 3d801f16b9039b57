"""Sites that answer Coral's external moderation phase."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class CoralPhase(Base):
    """The secret with which Coral signs its requests for a site, and whether they are kept."""

    __tablename__ = "coral_phases"

    site_id: Mapped[str] = mapped_column(
        Id, ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    signing_secret: Mapped[str] = mapped_column(String(200))
    keep_comments: Mapped[bool]
    updated_at: Mapped[datetime]
