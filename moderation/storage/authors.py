"""Queries of marks on authors, and of everything one author wrote on a site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import String, and_, bindparam, column, func, select, tuple_, values
from sqlalchemy.orm import Session

from models import AuthorMark, Comment
from models.base import Id
from moderation.domain.statuses import PUBLISHED, QUEUED, REJECTED, SPAM

# Asked at every submission; putting it together takes longer than running it.
STANDING = (
    select(AuthorMark.standing)
    .where(AuthorMark.site_id == bindparam("site"), AuthorMark.email_key == bindparam("email_key"))
    .order_by(AuthorMark.id.desc())
    .limit(1)
)


def plain(mark: str | None) -> str | None:
    """The standing that an author's latest mark gives; a mark can also take one back."""
    return mark if mark != "none" else None


def standings(
    session: Session, authors: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], str | None]:
    """How sites treat authors, by (site id, email key); those never marked are left out."""
    wanted = sorted(set(authors))
    rows = session.execute(
        select(AuthorMark.site_id, AuthorMark.email_key, AuthorMark.standing)
        .where(tuple_(AuthorMark.site_id, AuthorMark.email_key).in_(wanted))
        .order_by(AuthorMark.id)
    )
    # The newest mark comes last.
    return {(site_id, email_key): plain(mark) for site_id, email_key, mark in rows}


def marks(session: Session, site_id: str, email_key: str) -> Sequence[AuthorMark]:
    """All marks on an author, newest first."""
    return session.scalars(
        select(AuthorMark)
        .where(AuthorMark.site_id == site_id, AuthorMark.email_key == email_key)
        .order_by(AuthorMark.id.desc())
        .limit(50)
    ).all()


def comment_ids(session: Session, site_id: str, email_key: str) -> Sequence[str]:
    """Ids of all comments of one author on a site."""
    return session.scalars(
        select(Comment.id).where(Comment.site_id == site_id, Comment.email_key == email_key)
    ).all()


def comments_of(
    session: Session, site_id: str, email_key: str, before: str | None, limit: int
) -> Sequence[Comment]:
    """The comments of one author on the site, newest first, older than a given id."""
    query = select(Comment).where(Comment.site_id == site_id, Comment.email_key == email_key)
    if before is not None:
        query = query.where(Comment.id < before)
    return session.scalars(query.order_by(Comment.id.desc()).limit(limit)).all()


def histories(
    session: Session, authors: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, int]]:
    """Counts of published, rejected and queued comments by (site id, email key).

    Spam counts as rejected: to a moderator both mean "not published by a person".
    """
    wanted = sorted(set(authors))
    histories = {who: {"published": 0, "rejected": 0, "queued": 0} for who in wanted}
    if not wanted:
        return histories
    # A join with the wanted authors looks each of them up in an index that holds the status.
    asked = (
        values(column("site_id", Id), column("email_key", String), name="asked").data(wanted).cte()
    )
    rows = session.execute(
        select(Comment.site_id, Comment.email_key, Comment.status, func.count())
        .join(
            asked,
            and_(Comment.site_id == asked.c.site_id, Comment.email_key == asked.c.email_key),
        )
        .group_by(Comment.site_id, Comment.email_key, Comment.status)
    )
    names = {PUBLISHED: "published", REJECTED: "rejected", SPAM: "rejected", QUEUED: "queued"}
    for site_id, email_key, status, count in rows:
        if status in names:
            histories[(site_id, email_key)][names[status]] += count
    return histories
