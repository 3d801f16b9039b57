"""WordPress eXtended RSS 1.2 of a site's comments, for WordPress and all that read its exports.

Each page is an item. WordPress wants whole numbers where we have ids: a comment that came
from WordPress keeps its own, others get one from their id, the same in every export.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from moderation.domain.statuses import PENDING, PUBLISHED, QUEUED, REJECTED, SPAM, WITHDRAWN
from moderation.services.export_comments import ExportedComment, ExportedPage
from moderation.services.views import SiteView
from moderation.web.markup import render_body

_APPROVED: Final = {PUBLISHED: "1", QUEUED: "0", PENDING: "0", REJECTED: "trash", SPAM: "spam"}
# XML 1.0, production 2: what a document may hold at all.
_UNFIT: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PARAGRAPHS: Final = re.compile(r"</p>\s*<p>")
_PARAGRAPH: Final = re.compile(r"</?p>")
_BREAK: Final = re.compile(r"<br>\n?")

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"
	xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
	<title>{title}</title>
	<link>{link}</link>
	<wp:wxr_version>1.2</wp:wxr_version>
	<wp:base_site_url>{link}</wp:base_site_url>
	<wp:base_blog_url>{link}</wp:base_blog_url>
"""
_ITEM: Final = """	<item>
		<title>{title}</title>
		<link>{link}</link>
		<pubDate>{published}</pubDate>
		<dc:creator></dc:creator>
		<guid isPermaLink="true">{link}</guid>
		<description></description>
		<content:encoded></content:encoded>
		<excerpt:encoded></excerpt:encoded>
		<wp:post_id>{number}</wp:post_id>
		<wp:post_date>{at}</wp:post_date>
		<wp:post_date_gmt>{at}</wp:post_date_gmt>
		<wp:comment_status>{comments}</wp:comment_status>
		<wp:ping_status>closed</wp:ping_status>
		<wp:post_name></wp:post_name>
		<wp:status>publish</wp:status>
		<wp:post_parent>0</wp:post_parent>
		<wp:menu_order>0</wp:menu_order>
		<wp:post_type>post</wp:post_type>
		<wp:post_password></wp:post_password>
		<wp:is_sticky>0</wp:is_sticky>
"""
_COMMENT: Final = """		<wp:comment>
			<wp:comment_id>{number}</wp:comment_id>
			<wp:comment_author>{name}</wp:comment_author>
			<wp:comment_author_email>{email}</wp:comment_author_email>
			<wp:comment_author_url>{website}</wp:comment_author_url>
			<wp:comment_author_IP></wp:comment_author_IP>
			<wp:comment_date>{at}</wp:comment_date>
			<wp:comment_date_gmt>{at}</wp:comment_date_gmt>
			<wp:comment_content>{content}</wp:comment_content>
			<wp:comment_approved>{approved}</wp:comment_approved>
			<wp:comment_type>comment</wp:comment_type>
			<wp:comment_parent>{parent}</wp:comment_parent>
			<wp:comment_user_id>0</wp:comment_user_id>
		</wp:comment>
"""


def wxr(site: SiteView, pages: Iterable[ExportedPage]) -> Iterator[str]:
    """The document in parts; what its author has withdrawn is left out."""
    yield _HEAD.format(title=_text(site.name), link=_text(site.origins[0]))
    for page in pages:
        yield _ITEM.format(
            title=_text(page.title or page.url),
            link=_text(page.url),
            published=page.created_at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            at=_moment(page.created_at),
            comments="closed" if page.closed else "open",
            number=page.post_id or _number(page.id, 31),
        )
        yield from _comments(page.comments)
        yield "\t</item>\n"
    yield "</channel>\n</rss>\n"


def _comments(found: Iterable[tuple[ExportedComment, ExportedComment | None]]) -> Iterator[str]:
    for comment, parent in found:
        if comment.status != WITHDRAWN:
            yield _COMMENT.format(
                number=_text(_comment_number(comment)),
                name=_text(comment.name),
                email=_text(comment.email),
                website=_text(comment.website or ""),
                at=_moment(comment.created_at),
                content=_text(_content(comment.body)),
                approved=_APPROVED[comment.status],
                parent=_text(_comment_number(parent)) if parent else "0",
            )


def _comment_number(comment: ExportedComment) -> str:
    """Its own in WordPress if it came from there; 0, which is none, for a withdrawn one."""
    if comment.status == WITHDRAWN:
        return "0"
    if comment.source == "wordpress" and comment.external_id:
        return comment.external_id
    return _number(comment.id, 62)


def _content(body: str) -> str:
    """HTML as WordPress keeps it: paragraphs are empty lines, breaks are line ends."""
    html = _PARAGRAPHS.sub("\n\n", render_body(body))
    return _BREAK.sub("\n", _PARAGRAPH.sub("", html))


def _number(own_id: str, bits: int) -> str:
    """A whole number for an id, the same every time and never 0."""
    digest = hashlib.sha256(own_id.encode()).digest()
    return str((int.from_bytes(digest[:8], "big") >> (64 - bits)) or 1)


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _text(text: str) -> str:
    return escape(_UNFIT.sub("", text))
