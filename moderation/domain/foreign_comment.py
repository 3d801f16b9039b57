"""A comment as another system kept it, before it is taken over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

SOURCES: Final = ("wordpress", "disqus", "isso", "remark42", "csv", "jsonl")
"""Stored by their places, see ``domain/facts.py``: a new one comes last, and there are seven."""

EXTERNAL_ID_MAX: Final = 200
IMPORTED_BODY_MAX: Final = 50_000

# Why a comment is not taken over, in words for the report.
SKIPPED: Final[dict[str, str]] = {
    "pingback": "pingback or trackback",
    "other_type": "no reader's comment (a note of a plug-in)",
    "post_not_public": "on a post that is private, a draft or behind a password",
    "deleted": "deleted where it comes from",
    "no_id": "no id, or a longer one than 200 characters",
    "no_text": "no text",
    "text_too_long": "text longer than 50,000 characters",
    "date_unreadable": "date missing or unreadable",
    "status_unknown": "unknown status",
    "page_unknown": "page not named",
    "page_address": "page's address not acceptable",
    "page_elsewhere": "page outside of the site's origins",
    "already_here": "is a comment of this site already",
    "repeated": "same id twice in the file",
    "erased_here": "erased here at its author's wish",
    "text_removed": "text removed here when its time was over",
    "changed_here": "decided or edited here since it was imported",
}


@dataclass(frozen=True)
class ForeignComment:
    """One comment of a file.

    Attributes:
        external_id: its id in the system that it comes from.
        parent_id: the external id of the comment that it replies to.
        page_url: as the file has it; may be a path alone.
        email: empty where the system kept none.
        author_id: the system's own key of the author, where there is one.
        body: in our Markdown.
        status: one of ours.
        post_id: the number of the post, of WordPress.
        page_closed: whether its page takes no more comments there.
        voted: whether there are votes on it, which are not kept.
    """

    external_id: str
    page_url: str
    body: str
    created_at: datetime
    status: str
    name: str = ""
    email: str = ""
    author_id: str | None = None
    website: str = ""
    parent_id: str | None = None
    page_title: str | None = None
    edited_at: datetime | None = None
    post_id: str | None = None
    page_closed: bool = False
    voted: bool = False

    def digest(self) -> str:
        """Changes when the comment has changed where it comes from; its page is left out."""
        parts = (self.name, self.email, self.website, self.body, self.status,
                 self.created_at.isoformat(), str(self.edited_at))  # fmt: skip
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Unfit:
    """A comment that cannot be taken over.

    Attributes:
        reason: a key of :data:`SKIPPED`.
        detail: what the reader of the report needs to mend it, such as the page's origin.
    """

    reason: str
    detail: str | None = None


Item = ForeignComment | Unfit


def author_key(source: str, author_id: str) -> str:
    """By what an author without an address is recognised; never the key of an address.

    Args:
        source: one of :data:`SOURCES`, or another system's name.
        author_id: the system's key of the author, or of the comment where it knows none.
    """
    return f"{source}:{hashlib.sha256(author_id.encode('utf-8', 'replace')).hexdigest()[:40]}"
