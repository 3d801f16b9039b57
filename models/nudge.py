"""How often writers were asked to reword, and what they did then; never a text."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class NudgeTry(Base):
    """A writer who has been asked and has not sent anything since.

    ``key`` and ``text_key`` are keyed hashes of author and page, and of the text; the row
    goes when the comment comes, or after an hour.
    """

    __tablename__ = "nudge_tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    text_key: Mapped[str] = mapped_column(String(64))
    day: Mapped[date]
    until: Mapped[datetime] = mapped_column(index=True)


class NudgeDay(Base):
    """A site's nudges of one day (UTC) and what came of them."""

    __tablename__ = "nudge_days"

    site_id: Mapped[str] = mapped_column(
        Id, ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    nudged: Mapped[int]
    reworded: Mapped[int]
    sent_anyway: Mapped[int]
    dropped: Mapped[int]
