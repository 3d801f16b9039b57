"""The pages and feeds that readers and writers get, to be registered by the application."""

from __future__ import annotations

from typing import Final

from moderation.web.site import (
    comment_form,
    demo,
    embed,
    feed,
    icon,
    mail_stop,
    receipt_page,
    report_page,
    thread_page,
    wordpress_form,
)

ALL: Final = (
    comment_form.blueprint,
    demo.blueprint,
    embed.blueprint,
    feed.blueprint,
    icon.blueprint,
    mail_stop.blueprint,
    receipt_page.blueprint,
    report_page.blueprint,
    thread_page.blueprint,
    wordpress_form.blueprint,
)
