"""Sites and their pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class Site(Base):
    """A publication whose pages take comments."""

    __tablename__ = "sites"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    origins: Mapped[list[str]]
    settings: Mapped[dict[str, Any]]
    policy_version: Mapped[int]
    created_at: Mapped[datetime]


class Page(Base):
    """One address on a site, made when its first comment arrives.

    ``url_key`` is the SHA-256 of the address: addresses are longer than an index
    entry may be.
    """

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("site_id", "url_key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(2000))
    url_key: Mapped[str] = mapped_column(String(64))
    title: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    closed: Mapped[bool] = mapped_column(default=False)
