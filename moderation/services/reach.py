"""Finding what a caller may act on; what is another site's answers as missing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import Comment, Site
from moderation.domain.ids import is_id
from moderation.domain.principals import Principal
from moderation.errors import NotFound
from moderation.storage import comments, sites


def own_comment(session: Session, principal: Principal, comment_id: str) -> Comment:
    """A comment of one of the caller's sites.

    Raises:
        NotFound: missing, or another site's.
    """
    comment = comments.find(session, comment_id) if is_id(comment_id) else None
    if comment is None or not principal.may_act_on(comment.site_id):
        raise NotFound("No such comment.")
    return comment


def own_site(session: Session, principal: Principal, slug: str) -> Site:
    """A site that the caller may act on.

    Raises:
        NotFound: missing, or not the caller's.
    """
    site = sites.by_slug(session, slug)
    if site is None or not principal.may_act_on(site.id):
        raise NotFound("No such site.")
    return site
