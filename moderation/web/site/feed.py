"""Atom feeds (RFC 4287) of a site's or a page's published comments."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, current_app, request

from moderation.errors import InvalidInput
from moderation.services.show_feed import Feed, FeedEntry
from moderation.web.api.conditional import etag_header, etag_of, not_modified
from moderation.web.api.fields import UNSTORABLE
from moderation.web.auth import access
from moderation.web.context import services
from moderation.web.cors import site_cors
from moderation.web.markup import render_body

blueprint = Blueprint("feed", __name__)

_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
# XML 1.0 has no way to write these, not even escaped (https://www.w3.org/TR/xml/#charsets).
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A feed must have a time even before its first comment.
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@blueprint.route("/sites/<site>/feed.atom", methods=["GET"])
@site_cors
@access("public")
def show(site: str) -> Response:
    """The newest comments, newest first; ``?page_url=`` narrows it to one page."""
    url = request.args.get("page_url")
    if url is not None and UNSTORABLE.search(url):
        raise InvalidInput({"page_url": ["Must be an http(s) address on this site."]})
    address = f"{current_app.config['BASE_URL']}/sites/{quote(site)}/feed.atom"
    document = _document(services().show_feed(site, url), address)
    tag = etag_of(document)
    unchanged = not_modified(tag)
    return unchanged or Response(
        document, content_type="application/atom+xml; charset=utf-8", headers=etag_header(tag)
    )


def _document(feed: Feed, address: str) -> str:
    root = Element("feed", {"xmlns": _NAMESPACE})
    if feed.page_url is not None:
        address = f"{address}?page_url={quote(feed.page_url, safe='')}"
        SubElement(root, "link", {"rel": "alternate", "href": feed.page_url})
    times = [_updated(entry) for entry in feed.entries]
    _text(root, "id", address)
    _text(root, "title", f"Comments on {feed.page_url or feed.site_name}")
    _text(root, "updated", max(times, default=_NEVER).isoformat())
    SubElement(root, "link", {"rel": "self", "href": address})
    for entry in feed.entries:
        _add_entry(root, entry)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")


def _add_entry(root: Element, entry: FeedEntry) -> None:
    comment, node = entry.comment, SubElement(root, "entry")
    _text(node, "id", f"urn:uuid:{comment.id}")
    _text(node, "title", f"{comment.author_name} on {entry.page_title or entry.page_url}")
    _text(node, "published", comment.created_at.isoformat())
    _text(node, "updated", _updated(entry).isoformat())
    SubElement(node, "link", {"rel": "alternate", "href": f"{entry.page_url}#comment-{comment.id}"})
    author = SubElement(node, "author")
    _text(author, "name", comment.author_name)
    if comment.author_website:
        _text(author, "uri", comment.author_website)
    _text(node, "content", render_body(comment.body)).set("type", "html")


def _updated(entry: FeedEntry) -> datetime:
    return entry.comment.edited_at or entry.comment.created_at


def _text(parent: Element, name: str, text: str) -> Element:
    node = SubElement(parent, name)
    node.text = _NOT_XML.sub("", text)
    return node
