"""New rows of an import: pages, comments under their parents, decisions, ids elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import ImportedComment, Page, Site
from moderation.domain.checks import QUEUE, Finding
from moderation.domain.ids import new_id
from moderation.domain.policy import UNSCORED_PRIORITY
from moderation.domain.statuses import IMPORT, QUEUED
from moderation.services.change_status import Change, add_comments
from moderation.services.foreign_rules import Admitted
from moderation.services.receipts import Receipts
from moderation.storage import comments, imported, post_pages, sites
from moderation.storage.imported import Origin
from moderation.storage.insert import insert_many

Place = tuple[str, str]
"""A comment's id and its page's."""


def import_change(status: str) -> Change:
    """The decision that was made elsewhere, as a decision here."""
    if status != QUEUED:
        return Change(IMPORT, "import", status, reasons=())
    why = Finding("imported", "rule", True, None, QUEUE, "imported")
    return Change(IMPORT, "import", status, reasons=("imported",), trace=(why,))


def add_imported(
    session: Session,
    site: Site,
    origin: Origin,
    new: Mapping[str, Admitted],
    receipts: Receipts,
    now: datetime,
) -> None:
    """Store comments that have not been imported before.

    Args:
        new: by external id.
    """
    if not new:
        return
    pages = _pages(session, site, new)
    ids = {key: new_id(_milliseconds(item.found.created_at)) for key, item in new.items()}
    places = {key: (ids[key], pages[item.found.page_url].id) for key, item in new.items()}
    alone = _circular(new)
    parents = _parents(session, origin, new, places, alone)
    added = [
        (_columns(site, new[key], places[key], parents.get(key), receipts),
         import_change(new[key].found.status))
        for key in _parents_first(new, alone)
    ]  # fmt: skip
    add_comments(session, added, now)
    insert_many(
        session,
        ImportedComment,
        [
            {"site_id": origin.site_id, "source": origin.source, "external_id": key,
             "comment_id": ids[key], "digest": item.found.digest(), "version": 1,
             "waits_for": item.found.parent_id if _waits(key, item, parents) else None,
             "imported_at": now}
            for key, item in new.items()
        ],
    )  # fmt: skip
    _adopt(session, origin, places)


def pages_to_close(session: Session, origin: Origin, new: Mapping[str, Admitted]) -> set[str]:
    """Addresses of the pages that are to be closed, before their comments are stored.

    Only a page's first import closes it: what became of it here since then, such as that
    somebody opened it again, stands.

    Args:
        new: by external id.
    """
    closed = {item.found.page_url for item in new.values() if item.found.page_closed}
    pages = sites.find_pages(session, origin.site_id, closed)
    begun = imported.begun_pages(session, origin, [page.id for page in pages.values()])
    done = {url for url, page in pages.items() if page.closed or page.id in begun}
    return closed - done


def _waits(key: str, item: Admitted, parents: Mapping[str, str | None]) -> bool:
    return item.found.parent_id is not None and key not in parents


def _pages(session: Session, site: Site, new: Mapping[str, Admitted]) -> dict[str, Page]:
    """The pages of these comments by address; a page is as old as its first comment."""
    first: dict[str, Admitted] = {}
    for item in new.values():
        earlier = first.setdefault(item.found.page_url, item)
        if item.found.created_at < earlier.found.created_at:
            first[item.found.page_url] = item
    pages = sites.find_pages(session, site.id, first)
    for url, item in first.items():
        if url not in pages:
            title, at = item.found.page_title, item.found.created_at
            pages[url] = sites.ensure_page(session, site.id, url, title, at)
        elif pages[url].created_at > item.found.created_at:
            pages[url].created_at = item.found.created_at
        if item.found.post_id and item.found.post_id.isdecimal():
            post_pages.remember(session, site.id, item.found.post_id[:64], url)
    return pages


def _parents(
    session: Session,
    origin: Origin,
    new: Mapping[str, Admitted],
    places: Mapping[str, Place],
    alone: Set[str],
) -> dict[str, str | None]:
    """Parent's id by external id, of the replies whose parent is in sight.

    None where the parent is on another page or the replies go in a circle: such a
    comment stands alone.
    """
    wanted = {item.found.parent_id for item in new.values() if item.found.parent_id}
    rows = imported.known(session, origin, wanted - new.keys())
    stored = imported.places(session, (row.comment_id for row in rows.values()))
    there = {key: (row.comment_id, stored[row.comment_id][0]) for key, row in rows.items()}
    parents: dict[str, str | None] = {}
    for key, item in new.items():
        place = places.get(item.found.parent_id or "") or there.get(item.found.parent_id or "")
        if place is not None:
            fits = place[1] == places[key][1] and key not in alone
            parents[key] = place[0] if fits else None
    return parents


def _circular(new: Mapping[str, Admitted]) -> set[str]:
    """Comments at which a chain of replies comes back to itself."""
    done: set[str] = set()
    found: set[str] = set()
    for start in new:
        path: set[str] = set()
        key: str | None = start
        while key is not None and key in new and key not in done:
            if key in path:
                found.add(key)
                break
            path.add(key)
            key = new[key].found.parent_id
        done |= path
    return found


def _parents_first(new: Mapping[str, Admitted], alone: Set[str]) -> list[str]:
    """The external ids in an order in which no reply stands before its parent."""
    order: dict[str, None] = {}
    for start in new:
        chain: list[str] = []
        key: str | None = start
        while key is not None and key in new and key not in order and key not in chain:
            chain.append(key)
            key = None if key in alone else new[key].found.parent_id
        order.update(dict.fromkeys(reversed(chain)))
    return list(order)


def _columns(
    site: Site, item: Admitted, place: Place, parent_id: str | None, receipts: Receipts
) -> dict[str, Any]:
    comment_id, page_id = place
    return {
        **text_columns(item),
        "id": comment_id,
        "site_id": site.id,
        "page_id": page_id,
        "parent_id": parent_id,
        "created_at": item.found.created_at,
        "receipt_key": Receipts.key(receipts.token(comment_id)),
        "priority": UNSCORED_PRIORITY,
        "policy_version": site.policy_version,
    }


def text_columns(item: Admitted) -> dict[str, Any]:
    """What a later import may change."""
    found = item.found
    return {
        "name": found.name,
        "email": found.email,
        "email_key": item.email_key,
        "website": found.website or None,
        "body": found.body,
        "text_key": comments.text_key(found.body),
        "search_text": comments.search_text(found.name, found.email, found.body),
        "edited_at": found.edited_at,
    }


def _adopt(session: Session, origin: Origin, places: Mapping[str, Place]) -> None:
    """Hang replies that came before these comments under them."""
    rows = imported.waiting_for(session, origin, places.keys())
    stored = imported.places(session, (row.comment_id for row in rows))
    for row in rows:
        parent_id, page_id = places[row.waits_for or ""]
        same_page = stored[row.comment_id][0] == page_id
        if same_page and not _descends(session, parent_id, row.comment_id):
            imported.set_parent(session, row.comment_id, parent_id)
        row.waits_for = None
    session.flush()


def _descends(session: Session, comment_id: str | None, ancestor_id: str) -> bool:
    """Whether a comment is, or hangs somewhere under, another."""
    while comment_id is not None:
        if comment_id == ancestor_id:
            return True
        comment_id = imported.places(session, [comment_id])[comment_id][1]
    return False


def _milliseconds(moment: datetime) -> int:
    """So that ids, which sort by time, put imported comments where they belong."""
    return int(moment.timestamp() * 1000)
