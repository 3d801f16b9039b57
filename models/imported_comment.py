"""Where imported comments come from, so that a second import finds them again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id

_WAITING = text("waits_for IS NOT NULL")


class ImportedComment(Base):
    """A comment's id in the system that it comes from.

    ``digest`` tells whether it has changed there, ``version`` is the comment's version
    after its last import, so that what has happened here since is seen. ``waits_for`` is
    the external id of a parent that no import has brought yet.
    """

    __tablename__ = "imported_comments"
    __table_args__ = (
        Index(
            "ix_imported_comments_waiting",
            "site_id",
            "source",
            "waits_for",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    site_id: Mapped[str] = mapped_column(
        Id, ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(String(16), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE"), unique=True
    )
    digest: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    waits_for: Mapped[str | None] = mapped_column(String(200))
    imported_at: Mapped[datetime]
