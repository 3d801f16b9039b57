"""Which page a blog's numbered post is, as an import has told."""

from __future__ import annotations

from moderation.storage import post_pages, sites
from moderation.storage.unit_of_work import Store


class FindPostPage:
    """Looks a post's page up."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, slug: str, post_id: str) -> str | None:
        """The address of a post's page; None where no import has named it.

        Args:
            slug: the site's name in addresses; an unknown one has no pages.
            post_id: the post's number in the blog.
        """
        with self._store.read() as session:
            site = sites.by_slug(session, slug)
            return post_pages.page_of(session, site.id, post_id) if site else None
