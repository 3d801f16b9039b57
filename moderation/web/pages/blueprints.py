"""All blueprints of pages; each view declares ``@access(...)`` like any other route."""

from __future__ import annotations

from moderation.web.pages import (
    admin,
    batch,
    blind,
    comment,
    lab,
    overview,
    queue,
    reasons,
    sign_in,
)

ALL = (
    sign_in.blueprint,
    overview.blueprint,
    batch.blueprint,
    queue.blueprint,
    blind.blueprint,
    comment.blueprint,
    admin.blueprint,
    reasons.blueprint,
    lab.blueprint,
)
