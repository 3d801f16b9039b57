"""What the threshold lab reads: one narrow row a comment, kept beside the decision."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


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
