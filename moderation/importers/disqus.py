"""Disqus's XML export.

Format: docs.disqus.com/developers/export. Threads (pages) come first, then posts
(comments), which name their thread and parent by ``dsq:id``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from moderation.domain.foreign_comment import ForeignComment, Item, Unfit
from moderation.domain.statuses import PUBLISHED, QUEUED, SPAM
from moderation.importers.html_markdown import to_markdown
from moderation.importers.moments import moment
from moderation.importers.xml_stream import Element, XmlStream
from moderation.storage.spill import Spill


def read_disqus(content: BinaryIO) -> Iterator[Item]:
    """The comments of an export, in the order of the file.

    Raises:
        BrokenFile: while iterating; says in which line.
    """
    threads = Spill()
    try:
        for element in XmlStream(content, "disqus", (), {"thread", "post"}):
            if element.name == "thread":
                closed = element.of("isClosed") == "true"
                page = [element.of("link"), element.of("title"), closed]
                threads.put(element.attributes.get("dsq:id", ""), json.dumps(page))
            else:
                yield _comment(element, threads)
    finally:
        threads.close()


def _comment(post: Element, threads: Spill) -> Item:
    spam = post.of("isSpam") == "true"
    if post.of("isDeleted") == "true" and not spam:
        return Unfit("deleted")
    page = threads.get(post.attribute_of("thread", "dsq:id") or "")
    if page is None:
        return Unfit("page_unknown")
    created = moment(post.of("createdAt"))
    if created is None:
        return Unfit("date_unreadable")
    link, title, closed = json.loads(page)
    return ForeignComment(
        external_id=post.attributes.get("dsq:id", ""),
        parent_id=post.attribute_of("parent", "dsq:id"),
        page_url=link,
        page_title=title,
        page_closed=closed,
        name=post.of("author", "name") or post.of("author", "username"),
        email=post.of("author", "email"),
        author_id=post.of("author", "username") or None,
        body=to_markdown(post.of("message")),
        created_at=created,
        status=_status(post, spam=spam),
    )


def _status(post: Element, *, spam: bool) -> str:
    if spam:
        return SPAM
    return QUEUED if post.of("isApproved") == "false" else PUBLISHED
