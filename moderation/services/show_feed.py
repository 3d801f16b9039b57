"""The newest published comments of a site or of one page, for feed readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from moderation.errors import NotFound
from moderation.services.show_comments import page_address, public_view
from moderation.services.views import PublicComment
from moderation.storage import comments, sites
from moderation.storage.unit_of_work import Store

MOST_ENTRIES: Final = 50


@dataclass(frozen=True)
class FeedEntry:
    """A published comment and the page that it stands on.

    Attributes:
        page_title: None where no comment has named it.
    """

    comment: PublicComment
    page_url: str
    page_title: str | None


@dataclass(frozen=True)
class Feed:
    """The newest comments, newest first.

    Attributes:
        page_url: the page asked for, or None for the whole site.
    """

    site_name: str
    page_url: str | None
    entries: tuple[FeedEntry, ...]


class ShowFeed:
    """Published comments only, whoever asks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, slug: str, url: str | None) -> Feed:
        """The newest comments, at most :data:`MOST_ENTRIES`.

        Args:
            url: a page's address, or None for the whole site.

        Raises:
            NotFound: no such site.
            InvalidInput: the page is not on one of the site's origins.
        """
        with self._store.read() as session:
            site = sites.by_slug(session, slug)
            if site is None:
                raise NotFound("No such site.")
            address = None if url is None else page_address(site, url)
            page = sites.find_page(session, site.id, address) if address else None
            if address and page is None:
                return Feed(site.name, address, ())
            rows = comments.newest_published(
                session, site.id, page.id if page else None, MOST_ENTRIES
            )
            pages = comments.pages_by_id(session, [row.page_id for row in rows])
            entries = tuple(
                FeedEntry(public_view(row), pages[row.page_id].url, pages[row.page_id].title)
                for row in rows
            )
            return Feed(site.name, address, entries)
