"""Queries of marks on authors, and of everything one author wrote on a site."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models import AuthorMark, Comment

# Asked at every submission; putting it together takes longer than running it.
_STANDING = (
    select(AuthorMark.standing)
    .where(AuthorMark.site_id == bindparam("site"), AuthorMark.email_key == bindparam("email_key"))
    .order_by(AuthorMark.id.desc())
    .limit(1)
)


def standing(session: Session, site_id: str, email_key: str) -> str | None:
    """How the site treats this author; None when nobody has said anything."""
    latest = session.scalar(_STANDING, {"site": site_id, "email_key": email_key})
    return latest if latest != "none" else None


def marks(session: Session, site_id: str, email_key: str) -> Sequence[AuthorMark]:
    """All marks on an author, newest first."""
    return session.scalars(
        select(AuthorMark)
        .where(AuthorMark.site_id == site_id, AuthorMark.email_key == email_key)
        .order_by(AuthorMark.id.desc())
        .limit(50)
    ).all()


def comments_of(
    session: Session, site_id: str, email_key: str, before: str | None, limit: int
) -> Sequence[Comment]:
    """The comments of one author on the site, newest first, older than a given id."""
    query = select(Comment).where(Comment.site_id == site_id, Comment.email_key == email_key)
    if before is not None:
        query = query.where(Comment.id < before)
    return session.scalars(query.order_by(Comment.id.desc()).limit(limit)).all()
