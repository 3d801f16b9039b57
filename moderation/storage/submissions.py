"""What is already there when a submission comes, in one statement.

Asked twice for every submission, before scoring and in the writing transaction, so each
statement less is felt.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, select
from sqlalchemy.orm import Session

from models import Comment, Page, Site
from moderation.storage import authors, comments, sites

_SITE: Any = Site.__table__.c
_PAGE: Any = Page.__table__.c


class SiteRow(NamedTuple):
    """A site's row, without what only admins see."""

    id: str
    slug: str
    origins: list[str]
    settings: dict[str, Any]
    policy_version: int


class PageRow(NamedTuple):
    """A page's row."""

    id: str
    url: str
    title: str | None
    created_at: datetime
    closed: bool


class Before(NamedTuple):
    """What is stored about a submission's site, page and author.

    Attributes:
        page: the page, if it has had a comment.
        duplicate: id of a comment of the same author, page, parent and text.
        last_submitted_at: when the author last sent a comment to the site.
        published: how many of the author's comments the site shows.
        standing: the latest mark on the author; None when there is none.
    """

    site: SiteRow
    page: PageRow | None
    duplicate: str | None
    last_submitted_at: datetime | None
    published: int
    standing: str | None


def _statement(same_parent: ColumnElement[bool]) -> Select[Any]:
    page = and_(_PAGE.site_id == _SITE.id, _PAGE.url_key == bindparam("url_key"))
    same_text = comments.SAME_TEXT.where(Comment.page_id == _PAGE.id, same_parent).limit(1)
    # Columns, not entities: making those takes longer than the query.
    return (
        select(
            *(_SITE[name] for name in SiteRow._fields),
            *(_PAGE[name] for name in PageRow._fields),
            same_text.correlate(Page.__table__).scalar_subquery(),
            comments.LAST_SUBMITTED.scalar_subquery(),
            comments.PUBLISHED_BEFORE.scalar_subquery(),
            authors.STANDING.scalar_subquery(),
        )
        .select_from(Site.__table__)
        .outerjoin(Page.__table__, page)
        .where(_SITE.id == bindparam("site"))
    )


# Put together once: that takes longer than running them.
_AT_TOP = _statement(Comment.parent_id.is_(None))
_BELOW = _statement(Comment.parent_id == bindparam("parent"))
_AUTHOR = select(comments.PUBLISHED_BEFORE.scalar_subquery(), authors.STANDING.scalar_subquery())


def author_before(session: Session, site_id: str, email_key: str) -> tuple[int, str | None]:
    """How many of an author's comments the site shows, and how it treats them."""
    published, mark = session.execute(_AUTHOR, {"site": site_id, "email_key": email_key}).one()
    return published, authors.plain(mark)


def before(
    session: Session, site_id: str, url: str, email_key: str, parent_id: str | None, body: str
) -> Before | None:
    """Look up what the checks of a submission need; None where the site is gone.

    Args:
        url: the page's normalised address.
    """
    asked = {
        "site": site_id,
        "url_key": sites.url_key(url),
        "email_key": email_key,
        "key": comments.text_key(body),
    }
    statement = _AT_TOP
    if parent_id is not None:
        statement, asked["parent"] = _BELOW, parent_id
    # Past the session: nothing of what it holds unwritten has to do with this.
    row = session.connection().execute(statement, asked).one_or_none()
    if row is None:
        return None
    site = SiteRow(*row[: len(SiteRow._fields)])
    rest = row[len(SiteRow._fields) :]
    page = PageRow(*rest[: len(PageRow._fields)])
    return Before(site, page if page.id else None, *rest[len(PageRow._fields) :])
