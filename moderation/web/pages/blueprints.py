"""All blueprints of pages; each view declares ``@access(...)`` like any other route."""

from __future__ import annotations

from moderation.web.pages import admin, batch, comment, overview, queue, reasons, sign_in, webhooks

ALL = (
    sign_in.blueprint,
    overview.blueprint,
    batch.blueprint,
    queue.blueprint,
    comment.blueprint,
    admin.blueprint,
    reasons.blueprint,
    webhooks.blueprint,
)
