"""All of a site's comments, one after the other, for a file that its owner keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from moderation.domain.principals import Principal
from moderation.services.reach import own_site
from moderation.storage import comments
from moderation.storage.unit_of_work import Store

BATCH: Final = 500


@dataclass(frozen=True)
class ExportedComment:
    """One comment as it stands in an export; only admins may ask for it."""

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

    def _all(self, site_id: str) -> Iterator[ExportedComment]:
        after = ""
        while batch := self._batch(site_id, after):
            yield from batch
            after = batch[-1].id

    def _batch(self, site_id: str, after: str) -> list[ExportedComment]:
        with self._store.read() as session:
            rows = comments.of_site(session, site_id, after, BATCH)
            pages = comments.pages_by_id(session, (row.page_id for row in rows))
            return [
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
                )
                for row in rows
            ]
