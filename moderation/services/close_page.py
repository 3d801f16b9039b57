"""A page takes no more comments, or takes them again."""

from __future__ import annotations

from moderation.domain import web_addresses
from moderation.domain.principals import Principal
from moderation.errors import InvalidInput, NotFound
from moderation.services.admin_log import note_admin
from moderation.services.clock import Clock
from moderation.services.reach import own_site
from moderation.storage import sites
from moderation.storage.unit_of_work import Store


class ClosePage:
    """Closes and opens single pages, whatever a site's ``closes_after_days`` says."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, principal: Principal, slug: str, url: str, *, closed: bool) -> bool:
        """Close a page, or open it; what is shown there stays.

        Args:
            url: the page's address; one without comments is made known by closing it.

        Returns:
            whether that changed something.

        Raises:
            NotFound: no such site, or nothing to open.
            InvalidInput: field ``page_url``.
        """
        with self._store.write() as session:
            site = own_site(session, principal, slug)
            try:
                address = web_addresses.page_url(url, site.origins)
            except ValueError as error:
                raise InvalidInput({"page_url": [str(error)]}) from None
            page = sites.find_page(session, site.id, address)
            if page is None and not closed:
                raise NotFound("No such page.")
            if page is None:
                page = sites.ensure_page(session, site.id, address, None, self._clock())
            if page.closed == closed:
                return False
            page.closed = closed
            action = "page_closed" if closed else "page_opened"
            detail = {"page": address}
            note_admin(session, self._clock, principal, action, site.name, site.id, detail)
            return True
