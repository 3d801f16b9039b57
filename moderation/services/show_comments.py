"""What readers see: a page's published comments, and counts for index pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models import Comment, Site
from moderation.domain import web_addresses
from moderation.domain.ids import is_id
from moderation.domain.statuses import PUBLISHED
from moderation.errors import InvalidInput, NotFound
from moderation.services.views import PublicComment, PublicThread
from moderation.storage import comments, sites
from moderation.storage.comments import PageOrder
from moderation.storage.unit_of_work import Store


@dataclass(frozen=True)
class PublicPlace:
    """A published comment and where it stands.

    Attributes:
        origins: where the site's pages lie.
    """

    comment: PublicComment
    page_url: str
    origins: tuple[str, ...]


def public_view(comment: Comment) -> PublicComment:
    """A comment without anything that is not everyone's."""
    return PublicComment(
        id=comment.id,
        parent_id=comment.parent_id,
        author_name=comment.name,
        author_website=comment.website,
        body=comment.body,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
    )


def page_address(site: Site, url: str) -> str:
    """Normalise a page's address for a site.

    Raises:
        InvalidInput: when it does not lie on one of the site's origins.
    """
    try:
        return web_addresses.page_url(url.strip(), site.origins)
    except ValueError as error:
        raise InvalidInput({"page_url": [str(error)]}) from None


class ShowComments:
    """Published comments only, whoever asks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def thread(
        self, slug: str, url: str, *, newest: bool, after: tuple[datetime, str] | None, limit: int
    ) -> PublicThread:
        """A part of one page's comments.

        Raises:
            NotFound: no such site.
            InvalidInput: the page is not on one of the site's origins.
        """
        with self._store.read() as session:
            site = sites.by_slug(session, slug)
            if site is None:
                raise NotFound("No such site.")
            page = sites.find_page(session, site.id, page_address(site, url))
            if page is None:
                return PublicThread((), None, 0)
            order = PageOrder(newest, after)
            rows = comments.published(session, page.id, order, limit + 1)
            count = comments.published_counts(session, [page.id]).get(page.id, 0)
        last = rows[limit - 1] if len(rows) > limit else None
        items = tuple(public_view(row) for row in rows[:limit])
        return PublicThread(items, (last.created_at, last.id) if last else None, count)

    def one(self, slug: str, comment_id: str) -> PublicPlace:
        """A published comment by itself.

        Raises:
            NotFound: no such site, or no such published comment on it.
        """
        with self._store.read() as session:
            site = sites.by_slug(session, slug)
            if site is None:
                raise NotFound("No such site.")
            comment = comments.find(session, comment_id) if is_id(comment_id) else None
            # What is not public answers as what is not there.
            if comment is None or comment.site_id != site.id or comment.status != PUBLISHED:
                raise NotFound("No such comment.")
            page = comments.pages_by_id(session, [comment.page_id])[comment.page_id]
        return PublicPlace(public_view(comment), page.url, tuple(site.origins))

    def counts(self, slug: str, urls: Sequence[str]) -> dict[str, int]:
        """Published comments of each page, by the address as it was asked for.

        Raises:
            NotFound: no such site.
            InvalidInput: a page is not on one of the site's origins.
        """
        with self._store.read() as session:
            site = sites.by_slug(session, slug)
            if site is None:
                raise NotFound("No such site.")
            addresses = {url: page_address(site, url) for url in urls}
            pages = sites.find_pages(session, site.id, addresses.values())
            counts = comments.published_counts(session, [page.id for page in pages.values()])
        found = {url: pages.get(address) for url, address in addresses.items()}
        return {url: counts.get(page.id, 0) if page else 0 for url, page in found.items()}
