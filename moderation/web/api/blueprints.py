"""All blueprints of the JSON API, in the order of its documentation."""

from __future__ import annotations

from moderation.web.api import (
    admin_log,
    blind,
    calibrations,
    comments,
    coral,
    export,
    lab,
    lab_steps,
    nudges,
    people,
    policy,
    queue,
    receipts,
    review,
    review_room,
    scoring,
    sites,
    suggested_scores,
    tokens,
    webhooks,
)

ALL = (
    comments.blueprint,
    receipts.blueprint,
    queue.blueprint,
    review.blueprint,
    review_room.blueprint,
    blind.blueprint,
    sites.blueprint,
    export.blueprint,
    nudges.blueprint,
    suggested_scores.blueprint,
    coral.blueprint,
    policy.blueprint,
    lab.blueprint,
    lab_steps.blueprint,
    calibrations.blueprint,
    people.blueprint,
    tokens.blueprint,
    webhooks.blueprint,
    admin_log.blueprint,
    scoring.blueprint,
)
