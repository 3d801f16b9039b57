"""The pages and feeds that readers and writers get, to be registered by the application."""

from __future__ import annotations

from typing import Final

from moderation.web.site import comment_form, feed, mail_stop, receipt_page, wordpress_form

ALL: Final = (
    feed.blueprint,
    receipt_page.blueprint,
    comment_form.blueprint,
    wordpress_form.blueprint,
    mail_stop.blueprint,
)
