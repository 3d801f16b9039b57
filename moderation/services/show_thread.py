"""A page's thread as people read it: conversations, with replies below what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from models import Page, Site
from moderation.domain.ids import is_id
from moderation.domain.site_settings import SiteSettings
from moderation.domain.statuses import PUBLISHED
from moderation.domain.thread_order import Entry, Spot, display_order
from moderation.errors import InvalidInput, NotFound
from moderation.services.clock import Clock
from moderation.services.show_comments import page_address, public_view
from moderation.services.submission_checks import is_closed
from moderation.services.views import PublicComment
from moderation.storage import comments, sites, threads
from moderation.storage.unit_of_work import Store


@dataclass(frozen=True)
class ThreadEntry:
    """A published comment in its conversation.

    Attributes:
        root_id: the comment that the conversation begins with; its own id for that one.
    """

    comment: PublicComment
    root_id: str


@dataclass(frozen=True)
class ThreadView:
    """A part of a thread, and what its form must know.

    Attributes:
        page_url: the page's address in its stored form.
        page_title: None where no comment has named it.
        count: published comments of the whole page.
        closed: whether the page takes no more.
        body_max: longest accepted comment, in characters.
        origins: where the site's pages lie.
        answered: the comment asked for as ``answering``, if it is published here.
    """

    site_name: str
    page_url: str
    page_title: str | None
    entries: tuple[ThreadEntry, ...]
    next_after: Entry | None
    count: int
    closed: bool
    body_max: int
    origins: tuple[str, ...]
    answered: PublicComment | None


class ShowThread:
    """Published comments only, whoever asks."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(
        self,
        slug: str,
        url: str,
        *,
        newest: bool,
        after: Entry | None,
        limit: int,
        answering: str | None = None,
    ) -> ThreadView:
        """A part of one page's thread.

        Args:
            newest: the newest conversation first.
            after: where the part before ended.
            limit: most comments in this part.
            answering: id of a comment that is about to be replied to.

        Raises:
            NotFound: no such site.
            InvalidInput: the page is not on one of the site's origins, or ``after`` is
                not of this thread.
        """
        with self._store.read() as session:
            site = sites.by_slug(session, slug)
            if site is None:
                raise NotFound("No such site.")
            address = page_address(site, url)
            page = sites.find_page(session, site.id, address)
            spots = threads.tree_of(session, page.id) if page else []
            order = _part(spots, newest=newest, after=after, most=limit + 1)
            rows = threads.by_ids(session, [entry.id for entry in order[:limit]])
            entries = tuple(
                ThreadEntry(public_view(rows[entry.id]), entry.root_id) for entry in order[:limit]
            )
            wanted = comments.find(session, answering) if answering and is_id(answering) else None
            here = wanted is not None and page is not None and wanted.page_id == page.id
            seen = wanted is not None and here and wanted.status == PUBLISHED
            return ThreadView(
                site_name=site.name,
                page_url=address,
                page_title=page.title if page else None,
                entries=entries,
                next_after=order[limit - 1] if len(order) > limit else None,
                count=sum(spot.shown for spot in spots),
                closed=self._closed(page, site),
                body_max=SiteSettings(**site.settings).body_max,
                origins=tuple(site.origins),
                answered=public_view(wanted) if wanted is not None and seen else None,
            )

    def _closed(self, page: Page | None, site: Site) -> bool:
        return page is not None and is_closed(page, SiteSettings(**site.settings), self._clock())


def _part(spots: list[Spot], *, newest: bool, after: Entry | None, most: int) -> list[Entry]:
    try:
        return list(islice(display_order(spots, newest=newest, after=after), most))
    except ValueError:
        raise InvalidInput({"cursor": ["Not a cursor of this list; begin without one."]}) from None
