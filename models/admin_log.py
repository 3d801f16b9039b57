"""What admins did besides deciding on comments; append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class AdminLog(Base):
    """One action: who, when, on what. ``detail`` never holds a password or a token."""

    __tablename__ = "admin_log"
    __table_args__ = (Index("ix_admin_log_site", "site_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    actor_key: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(32))
    site_id: Mapped[str | None] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, Any]]
