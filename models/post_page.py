"""Which page a blog's numbered post is."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class PostPage(Base):
    """The address of a post by its number in the blog, such as ``comment_post_ID``."""

    __tablename__ = "post_pages"

    site_id: Mapped[str] = mapped_column(
        Id, ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    page_url: Mapped[str] = mapped_column(String(2000))
