"""What admins call after a preview: a shadow, the queue decided again, drift, fairness."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import fields

from moderation.domain.identity_terms import GROUPS
from moderation.services.measure_fairness import NONE_NAMED
from moderation.services.redecide_queue import Redecided
from moderation.services.views import PolicyView
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.conditional import require_if_match
from moderation.web.api.fields import Schema, StrictInteger, Text
from moderation.web.api.lab import preview_form
from moderation.web.api.lab_schemas import EstimateForm, PeriodQuery, PolicyPreview
from moderation.web.api.policy import PolicyChange, PolicyForm, policy_answer
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "lab_steps",
    __name__,
    url_prefix="/api/v1/sites/<site>",
    description="For admins: try a policy beside the live one, apply it to the queue, watch drift.",
)


class ShadowRequest(Schema):
    """A candidate to run as the shadow."""

    policy = fields.Nested(PolicyChange, load_default=dict)


class ShadowForm(Schema):
    """A shadow and what it would have done since it began."""

    rules = fields.Dict(keys=fields.String(), required=True)
    note = fields.String(required=True)
    author = fields.String(required=True)
    started_at = Timestamp(required=True)
    preview = fields.Nested(PolicyPreview, required=True)


class ShadowAnswer(Schema):
    """The site's shadow, or null."""

    shadow = fields.Nested(ShadowForm, required=True, allow_none=True)


class PromoteRequest(Schema):
    """Why; the shadow's own note when left out."""

    note = Text(load_default="", max_length=1000)


class RedecideRequest(Schema):
    """The version that the preview was made with."""

    version = StrictInteger(required=True, minimum=1, maximum=2**31 - 1)


class RedecidedForm(Schema):
    """What moves, or would move, out of the queue."""

    version = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    published = fields.List(fields.String(), required=True)
    rejected = fields.List(fields.String(), required=True)
    batch_id = fields.String(required=True, allow_none=True)


class WeekForm(Schema):
    """Seven days."""

    begins = Timestamp(required=True)
    comments = fields.Integer(required=True)
    share_queued = fields.Float(
        required=True, allow_none=True, metadata={"description": "Null from fewer than 30."}
    )
    held_precision = fields.Nested(EstimateForm, required=True)
    stability = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    moved = fields.List(fields.String(), required=True)


class DriftForm(Schema):
    """The last twelve weeks, oldest first."""

    weeks = fields.List(fields.Nested(WeekForm), required=True)


class GroupAlarmsForm(Schema):
    """False alarms among the comments that name one group of people."""

    group = fields.String(required=True, metadata={"enum": [*GROUPS, NONE_NAMED]})
    comments = fields.Integer(required=True)
    audits = fields.Integer(
        required=True, metadata={"description": "Blind audits that let such comments stand."}
    )
    false_alarms = fields.Nested(EstimateForm, required=True)
    differs = fields.Boolean(
        required=True,
        metadata={"description": "Whether the interval lies wholly beside that of ``none``."},
    )


class FairnessForm(Schema):
    """False alarms at the live thresholds, for comments naming nobody and by group."""

    days = fields.Integer(required=True)
    version = fields.Integer(required=True)
    unread = fields.Integer(
        required=True, metadata={"description": "Comments of which it is not known whom they name."}
    )
    none = fields.Nested(GroupAlarmsForm, required=True)
    groups = fields.List(fields.Nested(GroupAlarmsForm), required=True)


@blueprint.route("/policy/shadow", methods=["GET"])
@access("admin")
@blueprint.response(200, ShadowAnswer)
@blueprint.problems(404, 503)
def read_shadow(site: str) -> dict[str, Any]:
    """The shadow, and where it differs from the live policy since it began."""
    return _shadow(site)


@blueprint.route("/policy/shadow", methods=["PUT"])
@access("admin")
@blueprint.arguments(ShadowRequest)
@blueprint.response(200, ShadowAnswer)
@blueprint.problems(404, 503)
def start_shadow(sent: dict[str, Any], site: str) -> dict[str, Any]:
    """Run a candidate beside the live policy; it has no effect on any comment."""
    services().lab.shadow.start(current_principal(), site, sent["policy"])
    return _shadow(site)


@blueprint.route("/policy/shadow", methods=["DELETE"])
@access("admin")
@blueprint.response(204)
@blueprint.problems(404, 503)
def drop_shadow(site: str) -> None:
    """End the shadow."""
    services().lab.shadow.drop(current_principal(), site)


@blueprint.route("/policy/shadow/promote", methods=["POST"])
@access("admin")
@blueprint.arguments(PromoteRequest)
@blueprint.response(200, PolicyForm)
@blueprint.problems(404, 503)
@blueprint.needs_if_match
def promote_shadow(sent: dict[str, Any], site: str) -> Any:
    """Make the shadow the policy in force, as a new version."""
    view: PolicyView = services().lab.shadow.promote(
        current_principal(),
        site,
        sent["note"],
        lambda version: require_if_match(request, version),
    )
    return policy_answer(view)


@blueprint.route("/policy/redecide", methods=["GET"])
@access("admin")
@blueprint.response(200, RedecidedForm)
@blueprint.problems(404, 503)
def preview_redecide(site: str) -> Redecided:
    """What the live policy would move out of the queue; nothing moves."""
    return services().lab.redecide.preview(current_principal(), site)


@blueprint.route("/policy/redecide", methods=["POST"])
@access("admin")
@blueprint.arguments(RedecideRequest)
@blueprint.response(200, RedecidedForm)
@blueprint.problems(404, 409, 503)
def redecide(sent: dict[str, Any], site: str) -> Redecided:
    """Move it; ``batch_id`` undoes that under ``/api/v1/decisions/batches``."""
    return services().lab.redecide(current_principal(), site, sent["version"])


@blueprint.route("/drift", methods=["GET"])
@access("admin")
@blueprint.response(200, DriftForm)
@blueprint.problems(404, 503)
def read_drift(site: str) -> dict[str, Any]:
    """Week by week: share held, precision of holds, and how far the scores have moved."""
    return {"weeks": services().lab.drift(current_principal(), site)}


@blueprint.route("/fairness", methods=["GET"])
@access("admin")
@blueprint.arguments(PeriodQuery, location="query")
@blueprint.response(200, FairnessForm)
@blueprint.problems(404, 503)
def read_fairness(query: dict[str, Any], site: str) -> Any:
    """Of what people let stand, the share that the live thresholds hold, by whom it names."""
    return services().lab.fairness(current_principal(), site, query["days"])


def _shadow(site: str) -> dict[str, Any]:
    view = services().lab.shadow.show(current_principal(), site)
    if view is None:
        return {"shadow": None}
    names = ("rules", "note", "author", "started_at")
    shown = {name: getattr(view, name) for name in names}
    return {"shadow": {**shown, "preview": preview_form(view.preview)}}
