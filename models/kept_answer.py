"""Answers kept for repeated requests (Idempotency-Key)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class KeptAnswer(Base):
    """The first answer to a key, without secrets, committed with what it did.

    ``scope`` is the credential, the operation and its site; the key and the request
    are stored as hashes. Erasing the comment erases the row.
    """

    __tablename__ = "kept_answers"

    scope: Mapped[str] = mapped_column(String(200), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]]
    comment_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(index=True)
