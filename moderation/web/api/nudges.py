"""What came of asking writers to reword, for admins."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from marshmallow import fields

from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Schema, StrictInteger
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "nudges",
    __name__,
    url_prefix="/api/v1/sites/<site>/nudges",
    description="For admins: how often writers were asked to reword, and what they did.",
)

_COUNTS = ("nudged", "reworded", "sent_anyway", "dropped")


class DaysQuery(Schema):
    """How far back."""

    days = StrictInteger(minimum=1, maximum=3650, load_default=30)


class NudgeTotal(Schema):
    """Counts; a question that is younger than an hour may still be open."""

    nudged = fields.Integer(required=True)
    reworded = fields.Integer(required=True)
    sent_anyway = fields.Integer(required=True)
    dropped = fields.Integer(required=True)


class NudgeDayForm(NudgeTotal):
    """Counts of one day (UTC)."""

    day = fields.Date(required=True)


class NudgeStats(Schema):
    """Counts by day, oldest first, and together."""

    days = fields.List(fields.Nested(NudgeDayForm), required=True)
    total = fields.Nested(NudgeTotal, required=True)


@blueprint.route("", methods=["GET"])
@access("admin")
@blueprint.arguments(DaysQuery, location="query")
@blueprint.response(200, NudgeStats)
@blueprint.problems(404, 503)
def read_nudges(query: dict[str, int], site: str) -> dict[str, Any]:
    """How many nudges led to a reworded comment, to the same one, or to none."""
    days = [
        asdict(day) for day in services().nudges.counts(current_principal(), site, query["days"])
    ]
    return {"days": days, "total": {name: sum(day[name] for day in days) for name in _COUNTS}}
