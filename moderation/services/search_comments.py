"""Looking through all comments of one's sites, whatever became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from moderation.domain.principals import Principal
from moderation.services.clock import Clock
from moderation.services.reach import own_site
from moderation.services.review_items import review_items
from moderation.services.review_views import FoundComments
from moderation.storage import search
from moderation.storage.search import SearchFilter
from moderation.storage.unit_of_work import Store

WINDOW: Final = 20_000


@dataclass(frozen=True)
class SearchQuery:
    """What is looked for: words in name, email or text, a site, a status."""

    q: str | None = None
    site: str | None = None
    status: str | None = None


class SearchComments:
    """Searches newest first, a bounded number of comments at a time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(
        self, principal: Principal, query: SearchQuery, before: str | None, limit: int
    ) -> FoundComments:
        """One part of what is found; looks through at most 20,000 comments.

        A rare word would otherwise be looked for in the whole table; so a part may hold
        nothing and still name where to go on.

        Raises:
            NotFound: the wanted site is not one of the caller's.
        """
        with self._store.read() as session:
            site_ids = None if principal.is_admin else principal.site_ids
            if query.site is not None:
                site_ids = frozenset({own_site(session, principal, query.site).id})
            wanted = SearchFilter(site_ids, query.q, query.status, before)
            rows = search.in_window(session, wanted, WINDOW, limit + 1)
            items = review_items(session, rows[:limit], principal, self._clock())
            if len(rows) > limit:
                onward: str | None = rows[limit - 1].id
            else:
                onward = search.end_of_window(session, wanted, WINDOW)
        return FoundComments(items, onward, WINDOW)
