"""What the threshold lab reads: one narrow row a comment, and what people say blind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id

_OPEN = text("verdict IS NULL")


class CommentFacts(Base):
    """All that a policy can be replayed from, packed, see ``moderation/domain/facts.py``.

    ``stamp`` grows with every write, so that a process which keeps the rows in memory reads
    only what has changed, see ``moderation/storage/facts.py``. An erased comment's row stays
    with nothing but its id in it, so that processes notice.
    """

    __tablename__ = "comment_facts"
    __table_args__ = (Index("ix_comment_facts_site", "site_id", "stamp"),)

    comment_id: Mapped[str] = mapped_column(
        Id, ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    stamp: Mapped[int] = mapped_column(BigInteger)
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class BlindItem(Base):
    """A comment to be judged by somebody who sees neither score nor outcome.

    ``kind`` is ``audit`` (drawn from what the machine published) or ``second`` (drawn from
    what a moderator decided; ``first_*`` and ``decision_id`` name that decision). The id is
    random, so that the order of the list gives nothing away.
    """

    __tablename__ = "blind_items"
    __table_args__ = (
        Index("ix_blind_items_open", "site_id", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_blind_items_judged", "site_id", "kind", "judged_at"),
        Index("ix_blind_items_comment", "comment_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[str] = mapped_column(Id, ForeignKey("comments.id", ondelete="CASCADE"))
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    text_key: Mapped[str] = mapped_column(String(64))
    rate: Mapped[float]
    drawn_at: Mapped[datetime]
    decision_id: Mapped[str | None] = mapped_column(Id)
    first_key: Mapped[str | None] = mapped_column(String(64))
    first_name: Mapped[str | None] = mapped_column(String(200))
    first_verdict: Mapped[str | None] = mapped_column(String(16))
    reasons: Mapped[list[str]]
    verdict: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(100))
    by_key: Mapped[str | None] = mapped_column(String(64))
    by_name: Mapped[str | None] = mapped_column(String(200))
    judged_at: Mapped[datetime | None]
