"""Isso's SQLite database (``comments.db``), read only.

Format: isso/db of Isso. ``threads`` hold the page's path, ``comments`` their mode: 1 is
published, 2 pending, 4 deleted but replied to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from moderation.domain.foreign_comment import ForeignComment, Item, Unfit
from moderation.domain.statuses import PUBLISHED, QUEUED
from moderation.importers.broken_file import BrokenFile
from moderation.importers.moments import moment

_STATUS: Final = {1: PUBLISHED, 2: QUEUED}
_DELETED: Final = 4
_QUERY: Final = """
    SELECT comments.id, comments.parent, comments.created, comments.modified, comments.mode,
           comments.text, comments.author, comments.email, comments.website,
           comments.likes, comments.dislikes, threads.uri, threads.title
    FROM comments LEFT JOIN threads ON threads.id = comments.tid
    ORDER BY comments.id
"""


class IssoDatabase:
    """An Isso database, opened for reading.

    Raises:
        BrokenFile: it is not one.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            self._database.row_factory = sqlite3.Row
            self._database.text_factory = _readable
            counted = self._database.execute("SELECT count(*) FROM comments").fetchone()
        except sqlite3.Error as error:
            raise BrokenFile(f"{path} is not an Isso database: {error}") from None
        self.total: int = counted[0]

    def __iter__(self) -> Iterator[Item]:
        try:
            for row in self._database.execute(_QUERY):
                yield _comment(row)
        except sqlite3.Error as error:
            raise BrokenFile(f"the database cannot be read to its end: {error}") from None

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _comment(row: sqlite3.Row) -> Item:
    if row["mode"] == _DELETED:
        return Unfit("deleted")
    if row["mode"] not in _STATUS:
        return Unfit("status_unknown")
    created = moment(_text(row["created"]))
    if created is None:
        return Unfit("date_unreadable")
    parent = row["parent"]
    return ForeignComment(
        external_id=_text(row["id"]),
        parent_id=_text(parent) if parent else None,
        page_url=_text(row["uri"]),
        page_title=_text(row["title"]) or None,
        name=_text(row["author"]),
        email=_text(row["email"]),
        website=_text(row["website"]),
        body=_text(row["text"]),
        created_at=created,
        edited_at=moment(_text(row["modified"])),
        status=_STATUS[row["mode"]],
        voted=bool(row["likes"] or row["dislikes"]),
    )


def _text(value: Any) -> str:
    """SQLite keeps what it was given, whatever the column says."""
    if isinstance(value, bytes):
        return _readable(value)
    return "" if value is None else str(value)


def _readable(value: bytes) -> str:
    return value.decode("utf-8", "replace")
