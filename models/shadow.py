"""A candidate policy that runs beside the live one without effect."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class ShadowPolicy(Base):
    """The one shadow that a site may have; gone when it is promoted or dropped."""

    __tablename__ = "shadow_policies"

    site_id: Mapped[str] = mapped_column(
        Id, ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    rules: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime]
