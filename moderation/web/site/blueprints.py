"""The pages and feeds that readers and writers get, to be registered by the application."""

from __future__ import annotations

from typing import Final

from moderation.web.site import demo, embed, feed, receipt_page, thread_page

ALL: Final = (
    demo.blueprint,
    embed.blueprint,
    feed.blueprint,
    receipt_page.blueprint,
    thread_page.blueprint,
)
