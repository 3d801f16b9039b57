"""All blueprints of pages; each view declares ``@access(...)`` like any other route."""

from __future__ import annotations

from moderation.web.pages import (
    admin,
    admin_people,
    admin_site,
    admin_tokens,
    batch,
    blind,
    calibration,
    comment,
    lab,
    lab_steps,
    overview,
    queue,
    reasons,
    sign_in,
    webhooks,
)

ALL = (
    sign_in.blueprint,
    overview.blueprint,
    batch.blueprint,
    queue.blueprint,
    blind.blueprint,
    comment.blueprint,
    admin.blueprint,
    admin_site.blueprint,
    admin_people.blueprint,
    admin_tokens.blueprint,
    reasons.blueprint,
    webhooks.blueprint,
    lab.blueprint,
    lab_steps.blueprint,
    calibration.blueprint,
)
