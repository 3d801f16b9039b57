"""What is already there when a submission comes, in one statement.

Asked twice for every submission, before scoring and in the writing transaction, so each
statement less is felt.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, select
from sqlalchemy.orm import Session

from models import Comment, Page, PolicyVersion, Site
from moderation.storage import authors, comments, sites


class Before(NamedTuple):
    """What is stored about a submission's site, page and author.

    Attributes:
        policy: the version that the site decides by.
        page: the page, if it has had a comment.
        duplicate: id of a comment of the same author, page, parent and text.
        last_submitted_at: when the author last sent a comment to the site.
        published: how many of the author's comments the site shows.
        standing: the latest mark on the author; None when there is none.
    """

    site: Site
    policy: PolicyVersion
    page: Page | None
    duplicate: str | None
    last_submitted_at: datetime | None
    published: int
    standing: str | None


def _statement(same_parent: ColumnElement[bool]) -> Select[Any]:
    policy = and_(PolicyVersion.site_id == Site.id, PolicyVersion.version == Site.policy_version)
    page = and_(Page.site_id == Site.id, Page.url_key == bindparam("url_key"))
    same_text = comments.SAME_TEXT.where(Comment.page_id == Page.id, same_parent).limit(1)
    return (
        select(
            Site,
            PolicyVersion,
            Page,
            same_text.correlate(Page).scalar_subquery(),
            comments.LAST_SUBMITTED.scalar_subquery(),
            comments.PUBLISHED_BEFORE.scalar_subquery(),
            authors.STANDING.scalar_subquery(),
        )
        .join(PolicyVersion, policy)
        .outerjoin(Page, page)
        .where(Site.id == bindparam("site"))
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
    row = session.execute(statement, asked).one_or_none()
    return None if row is None else Before(*row)
