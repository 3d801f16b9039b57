"""Remark42's backup: a line of JSON about users and posts, then a line for each comment.

Format: backend/app/migrator/native.go and store/comment.go of Remark42.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any, BinaryIO

from moderation.domain.foreign_comment import ForeignComment, Item, Unfit
from moderation.domain.statuses import PUBLISHED
from moderation.importers.broken_file import BrokenFile
from moderation.importers.html_markdown import to_markdown
from moderation.importers.json_lines import json_objects, text_in
from moderation.importers.moments import moment


def read_remark42(content: BinaryIO) -> Iterator[Item]:
    """The comments of a backup, in the order of the file.

    Raises:
        BrokenFile: while iterating; says in which line.
    """
    emails: dict[str, str] = {}
    closed: set[str] = set()
    for number, row in json_objects(content):
        if number == 1 and "id" not in row:
            if row.get("version") not in (None, 0, 1):
                raise BrokenFile(f"version {str(row['version'])[:20]}, only 1 is known", number)
            emails, closed = _emails(row.get("users")), _closed(row.get("posts"))
        else:
            yield _comment(row, emails, closed)


def _emails(users: Any) -> dict[str, str]:
    """Addresses of users who asked for notifications, by user id."""
    found = {}
    for user in users if isinstance(users, list) else []:
        details = user.get("details") if isinstance(user, dict) else None
        if isinstance(details, dict) and text_in(details, "email"):
            found[text_in(user, "id")] = text_in(details, "email")
    return found


def _closed(posts: Any) -> set[str]:
    """Addresses of the pages that are for reading only."""
    return {
        text_in(post, "url")
        for post in (posts if isinstance(posts, list) else [])
        if isinstance(post, dict) and post.get("read_only") is True
    }


def _comment(row: dict[str, Any], emails: dict[str, str], closed: set[str]) -> Item:
    if row.get("delete") is True:
        return Unfit("deleted")
    created = moment(text_in(row, "time"))
    if created is None:
        return Unfit("date_unreadable")
    user, locator, edit = (_object(row, name) for name in ("user", "locator", "edit"))
    user_id = text_in(user, "id")
    # The Markdown that was typed, with the entities that Remark42's sanitizer put in.
    typed = html.unescape(text_in(row, "orig"))
    page_url = text_in(locator, "url")
    return ForeignComment(
        external_id=text_in(row, "id"),
        parent_id=text_in(row, "pid") or None,
        page_url=page_url,
        page_closed=page_url in closed,
        voted=bool(row.get("score") or row.get("votes")),
        page_title=text_in(row, "title") or None,
        name=html.unescape(text_in(user, "name")),
        email=emails.get(user_id, ""),
        author_id=user_id or None,
        body=typed or to_markdown(text_in(row, "text")),
        created_at=created,
        edited_at=moment(text_in(edit, "time")),
        status=PUBLISHED,
    )


def _object(row: dict[str, Any], name: str) -> dict[str, Any]:
    value = row.get(name)
    return value if isinstance(value, dict) else {}
