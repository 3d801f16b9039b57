"""All blueprints of the JSON API, in the order of its documentation."""

from __future__ import annotations

from moderation.web.api import (
    comments,
    coral,
    export,
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
)

ALL = (
    comments.blueprint,
    receipts.blueprint,
    queue.blueprint,
    review.blueprint,
    review_room.blueprint,
    sites.blueprint,
    export.blueprint,
    suggested_scores.blueprint,
    coral.blueprint,
    policy.blueprint,
    people.blueprint,
    tokens.blueprint,
    scoring.blueprint,
)
