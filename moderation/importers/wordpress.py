"""WordPress eXtended RSS (WXR) 1.x, as its Tools > Export writes it.

Format: wp-admin/includes/export.php of WordPress. A channel holds items (posts, pages,
attachments); an item names its address, number and state, and then its comments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from moderation.domain.foreign_comment import ForeignComment, Item, Unfit
from moderation.domain.statuses import PUBLISHED, QUEUED, REJECTED, SPAM
from moderation.importers.html_markdown import to_markdown
from moderation.importers.moments import moment
from moderation.importers.xml_stream import Element, XmlStream

_STATUS: Final = {
    "1": PUBLISHED,
    "approve": PUBLISHED,
    "approved": PUBLISHED,
    "0": QUEUED,
    "hold": QUEUED,
    "spam": SPAM,
    "trash": REJECTED,
    "post-trashed": REJECTED,
}
# Other types are pingbacks or the private notes of plug-ins, such as a shop's order notes.
_OF_READERS: Final = ("", "comment", "review")
_PINGS: Final = ("pingback", "trackback")
_HIDDEN: Final = ("private", "draft", "pending", "future", "trash", "auto-draft")
_OF_ITEM: Final = (
    "link", "title", "wp:post_id", "wp:status", "wp:post_password", "wp:comment_status",
)  # fmt: skip


def read_wordpress(content: BinaryIO) -> Iterator[Item]:
    """The comments of an export, in the order of the file.

    Raises:
        BrokenFile: while iterating; says in which line.
    """
    item: dict[str, str] = {}
    early: list[Element] = []
    for element in XmlStream(content, "rss", {"item"}, {*_OF_ITEM, "wp:comment"}):
        if element.name == "item":
            yield from (_comment(one, item) for one in early)
            item, early = {}, []
        elif element.name != "wp:comment":
            item[element.name] = element.text
        elif item.get("link"):
            yield _comment(element, item)
        else:
            # Not WordPress's own order, but other programs' WXR may put the link last.
            early.append(element)
    yield from (_comment(one, item) for one in early)


def _comment(element: Element, item: dict[str, str]) -> Item:
    kind = element.of("wp:comment_type")
    if kind in _PINGS:
        return Unfit("pingback")
    if kind not in _OF_READERS:
        return Unfit("other_type")
    if item.get("wp:status") in _HIDDEN or item.get("wp:post_password"):
        return Unfit("post_not_public")
    created = moment(element.of("wp:comment_date_gmt")) or moment(element.of("wp:comment_date"))
    if created is None:
        return Unfit("date_unreadable")
    parent, user = element.of("wp:comment_parent"), element.of("wp:comment_user_id")
    return ForeignComment(
        external_id=element.of("wp:comment_id"),
        parent_id=None if parent in ("", "0") else parent,
        page_url=item.get("link", ""),
        page_title=item.get("title"),
        post_id=item.get("wp:post_id"),
        page_closed=item.get("wp:comment_status") == "closed",
        name=element.of("wp:comment_author"),
        email=element.of("wp:comment_author_email"),
        author_id=None if user in ("", "0") else user,
        website=element.of("wp:comment_author_url"),
        body=to_markdown(element.of("wp:comment_content")),
        created_at=created,
        status=_STATUS.get(element.of("wp:comment_approved"), QUEUED),
    )
