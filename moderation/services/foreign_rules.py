"""What a comment from another system must meet here, and the form in which it is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin, urlsplit

from moderation.domain import web_addresses
from moderation.domain.foreign_comment import (
    EXTERNAL_ID_MAX,
    IMPORTED_BODY_MAX,
    ForeignComment,
    Item,
    Unfit,
    author_key,
)
from moderation.domain.normalise import visible
from moderation.domain.submission import NAME_MAX, TITLE_MAX, clean_text
from moderation.services.email_address import check_email

NAMELESS: Final = "Anonymous"
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9999
_BREAKS: Final = re.compile(r"[\s\u2028\u2029]+")
_LETTER: Final = re.compile("[0-9A-Za-z]")
_OTHER_SCHEME: Final = {"http": "https", "https": "http"}


@dataclass(frozen=True)
class Addresses:
    """Where the pages of a file lie now.

    Attributes:
        origins: the site's.
        moved: an old origin to the site's origin that has taken its place.
        base: what a path alone is completed with.
    """

    origins: Sequence[str]
    moved: Mapping[str, str]
    base: str


@dataclass(frozen=True)
class Admitted:
    """A comment in the form in which it is stored.

    Attributes:
        found: as the file has it, its text fields cleaned.
        email_key: by which its author is recognised.
    """

    found: ForeignComment
    email_key: str


class Admission:
    """Brings the comments of one file into their stored form.

    Args:
        source: one of :data:`moderation.domain.foreign_comment.SOURCES`.
        leave_open: closed pages are taken for open ones.
    """

    def __init__(self, source: str, addresses: Addresses, *, leave_open: bool = False) -> None:
        self._source = source
        self._leave_open = leave_open
        self._addresses = addresses
        # Comments come page by page: the last page is mostly the next comment's too.
        self._last: tuple[str, str | Unfit] = ("", Unfit("page_unknown"))

    def __call__(self, item: Item) -> Admitted | Unfit:
        """The stored form, or why the comment cannot be taken over.

        What is not essential is mended: a missing name, an address that is none, a name or
        title that is too long. The network address is never taken over.
        """
        if isinstance(item, Unfit):
            return item
        external_id, body = clean_text(item.external_id), clean_text(item.body)
        fault = _fault(external_id, body, item.created_at)
        if fault is not None:
            return Unfit(fault)
        if item.page_url != self._last[0]:
            self._last = (item.page_url, _page(item.page_url, self._addresses))
        page = self._last[1]
        if isinstance(page, Unfit):
            return page
        email, email_key = _email(item.email)
        edited = item.edited_at
        found = replace(
            item,
            external_id=external_id,
            body=body,
            page_url=page,
            page_title=_line(item.page_title or "", TITLE_MAX) or None,
            name=_line(item.name, NAME_MAX) or NAMELESS,
            email=email,
            website=_website(item.website),
            parent_id=_parent(item.parent_id, external_id),
            edited_at=edited if edited and edited > item.created_at else None,
            page_closed=item.page_closed and not self._leave_open,
        )
        own = item.author_id or f"comment {external_id}"
        return Admitted(found, email_key or author_key(self._source, own))


def _fault(external_id: str, body: str, created_at: datetime) -> str | None:
    if not 1 <= len(external_id) <= EXTERNAL_ID_MAX:
        return "no_id"
    if not _LETTER.search(body) and not visible(body).strip():
        return "no_text"
    if len(body) > IMPORTED_BODY_MAX:
        return "text_too_long"
    return None if _FIRST_YEAR <= created_at.year < _LAST_YEAR else "date_unreadable"


def _line(text: str, most: int) -> str:
    line = _BREAKS.sub(" ", clean_text(text)).strip()
    return line[:most].strip() if visible(line).strip() else ""


def _parent(parent_id: str | None, external_id: str) -> str | None:
    wanted = clean_text(parent_id or "")
    return wanted if wanted and wanted != external_id and len(wanted) <= EXTERNAL_ID_MAX else None


@lru_cache(maxsize=65_536)
def _email(text: str) -> tuple[str, str]:
    """Address and key, both empty where the text is no address."""
    try:
        return check_email(text)
    except ValueError:
        return "", ""


def _website(text: str) -> str:
    address = text.strip()
    try:
        return web_addresses.website(address) if address else ""
    except ValueError:
        return ""


def _page(text: str, addresses: Addresses) -> str | Unfit:
    """The page's address on one of the site's origins.

    A page that lies on the site's host by the other of http and https is the site's.
    """
    wanted = text.strip()
    if not wanted:
        return Unfit("page_unknown")
    if not _names_host(wanted):
        wanted = urljoin(addresses.base + "/", wanted)
    try:
        old = web_addresses.origin_of(wanted)
        new = addresses.moved.get(old, old)
        if new not in addresses.origins:
            scheme, _, rest = new.partition("://")
            new = f"{_OTHER_SCHEME[scheme]}://{rest}"
        if new not in addresses.origins:
            return Unfit("page_elsewhere", old)
        parts = urlsplit(wanted)
        moved = new + parts._replace(scheme="", netloc="").geturl()
        return web_addresses.page_url(moved, addresses.origins)
    except ValueError:
        return Unfit("page_address")


def _names_host(text: str) -> bool:
    """Whether a text names a host, rather than a path on one."""
    return "://" in text.split("?", 1)[0] or text.startswith("//")
