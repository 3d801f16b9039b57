"""From a comment's text to HTML: a small part of Markdown, and nothing else.

Emphasis, links, code and quotes; no images, no headings, no HTML. The renderer is
markdown-it-py with HTML off, and nh3 keeps only the tags that are listed here, so a hole
in one of them is not a hole in the page.
"""

from __future__ import annotations

from typing import Final

import nh3
from markdown_it import MarkdownIt

_TAGS: Final = {"p", "br", "em", "strong", "code", "pre", "blockquote", "a", "ul", "ol", "li"}
_REL: Final = "nofollow ugc noopener"

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).disable(
    ["image", "heading", "lheading", "hr", "reference", "html_block", "html_inline"]
)


def render_body(body: str) -> str:
    """HTML of a comment's text, safe to put into any page.

    Args:
        body: the text as stored.
    """
    return nh3.clean(
        _markdown.render(body),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel=_REL,
    ).strip()
