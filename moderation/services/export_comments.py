"""All of a site's comments, one after the other, for a file that its owner keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from models import Comment, Page
from moderation.domain.principals import Principal
from moderation.services.reach import own_site
from moderation.storage import comments, imported, whole_sites
from moderation.storage.unit_of_work import Store

BATCH: Final = 500


@dataclass(frozen=True)
class ExportedComment:
    """One comment as it stands in an export; only admins may ask for it.

    Attributes:
        source: the system that it was imported from, if it was.
        external_id: its id there.
    """

    id: str
    parent_id: str | None
    status: str
    page_url: str
    page_title: str | None
    name: str
    email: str
    website: str | None
    body: str
    created_at: datetime
    edited_at: datetime | None
    reasons: tuple[str, ...]
    source: str | None
    external_id: str | None


@dataclass(frozen=True)
class ExportedPage:
    """A page with its comments, oldest first.

    Attributes:
        comments: each with the comment that it replies to, if that is not erased.
        post_id: the post's number in the blog that the site comes from, if it has one.
    """

    id: str
    url: str
    title: str | None
    created_at: datetime
    closed: bool
    post_id: str | None
    comments: Iterator[tuple[ExportedComment, ExportedComment | None]]


class ExportComments:
    """Reads a site's comments in batches, so that memory does not grow with the site."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, principal: Principal, slug: str) -> Iterator[ExportedComment]:
        """The site's comments in the order of their ids, erased ones left out.

        Raises:
            NotFound: missing, or not the caller's; at once, not at the first comment.
        """
        with self._store.read() as session:
            site_id = own_site(session, principal, slug).id
        return self._all(site_id)

    def by_page(self, principal: Principal, slug: str) -> Iterator[ExportedPage]:
        """The same page by page; a page's comments are to be taken before the next page.

        Raises:
            NotFound: missing, or not the caller's; at once, not at the first page.
        """
        with self._store.read() as session:
            site_id = own_site(session, principal, slug).id
        return self._pages(site_id)

    def _all(self, site_id: str) -> Iterator[ExportedComment]:
        after = ""
        while batch := self._batch(site_id, after):
            yield from batch
            after = batch[-1].id

    def _batch(self, site_id: str, after: str) -> list[ExportedComment]:
        with self._store.read() as session:
            rows = whole_sites.of_site(session, site_id, after, BATCH)
            pages = comments.pages_by_id(session, (row.page_id for row in rows))
            return _exported(session, rows, pages)

    def _pages(self, site_id: str) -> Iterator[ExportedPage]:
        after = ""
        while True:
            with self._store.read() as session:
                pages = whole_sites.pages_of(session, site_id, after, BATCH)
                posts = {page.id: imported.post_of(session, site_id, page.url) for page in pages}
            if not pages:
                return
            for page in pages:
                yield ExportedPage(
                    page.id, page.url, page.title, page.created_at, page.closed, posts[page.id],
                    self._of_page(page),
                )  # fmt: skip
            after = pages[-1].id

    def _of_page(self, page: Page) -> Iterator[tuple[ExportedComment, ExportedComment | None]]:
        after = None
        while True:
            with self._store.read() as session:
                rows = whole_sites.of_page(session, page.id, after, BATCH)
                batch = _exported(session, rows, {page.id: page})
                above = whole_sites.by_ids(
                    session, {row.parent_id for row in rows if row.parent_id}
                )
                parents = {row.id: row for row in _exported(session, above, {page.id: page})}
            if not batch:
                return
            yield from ((comment, parents.get(comment.parent_id or "")) for comment in batch)
            after = (batch[-1].created_at, batch[-1].id)


def _exported(
    session: Session, rows: Sequence[Comment], pages: Mapping[str, Page]
) -> list[ExportedComment]:
    elsewhere = imported.external_ids(session, (row.id for row in rows))
    found = []
    for row in rows:
        source, external_id = elsewhere.get(row.id, (None, None))
        found.append(
            ExportedComment(
                id=row.id,
                parent_id=row.parent_id,
                status=row.status,
                page_url=pages[row.page_id].url,
                page_title=pages[row.page_id].title,
                name=row.name,
                email=row.email,
                website=row.website,
                body=row.body,
                created_at=row.created_at,
                edited_at=row.edited_at,
                reasons=tuple(row.reasons),
                source=source,
                external_id=external_id,
            )
        )
    return found
