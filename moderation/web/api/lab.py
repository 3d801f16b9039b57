"""What admins call to see what a policy would do before it does it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from moderation.services.lab.site_window import DAYS_MAX
from moderation.services.preview_policy import Preview
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Schema, StrictInteger
from moderation.web.api.policy import PolicyChange
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "lab",
    __name__,
    url_prefix="/api/v1/sites/<site>",
    description="For admins: what a policy would have done, and how sure that is.",
)


class OutcomeForm(Schema):
    """How many comments end how."""

    published = fields.Integer(required=True)
    queued = fields.Integer(required=True)
    rejected = fields.Integer(required=True)


class EstimateForm(Schema):
    """A number with its 95 % interval; null from fewer than 30 decisions."""

    value = fields.Float(required=True, allow_none=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)
    n = fields.Integer(required=True, metadata={"description": "Decisions that it rests on."})


class QualityForm(Schema):
    """How good the holds are, and what gets through."""

    held_precision = fields.Nested(
        EstimateForm,
        required=True,
        metadata={"description": "Of what is held, the share that people reject."},
    )
    missed = fields.Nested(
        EstimateForm,
        required=True,
        metadata={"description": "Comments that would be published and that people reject."},
    )


class PerDayForm(Schema):
    """Held comments a day."""

    live = fields.Float(required=True)
    candidate = fields.Float(required=True)


class MoveForm(Schema):
    """How many comments go from one outcome to another."""

    before = fields.String(required=True, data_key="from")
    after = fields.String(required=True, data_key="to")
    judged = fields.String(
        required=True, allow_none=True, metadata={"enum": ["approved", "rejected", None]}
    )
    count = fields.Integer(required=True)


class ExampleForm(Schema):
    """A comment that ends differently."""

    id = fields.String(required=True)
    before = fields.String(required=True, data_key="from")
    after = fields.String(required=True, data_key="to")
    scores = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    judged = fields.String(required=True, allow_none=True)


class PolicyPreview(Schema):
    """The policy in force and a candidate over the same comments."""

    days = fields.Integer(required=True)
    comments = fields.Integer(required=True)
    unscored = fields.Integer(required=True)
    live = fields.Nested(OutcomeForm, required=True)
    candidate = fields.Nested(OutcomeForm, required=True)
    changed = fields.Integer(required=True)
    moves = fields.List(fields.Nested(MoveForm), required=True)
    examples = fields.List(fields.Nested(ExampleForm), required=True)
    queue_per_day = fields.Nested(PerDayForm, required=True)
    quality = fields.Nested(QualityForm, required=True)
    live_quality = fields.Nested(QualityForm, required=True)
    not_replayed = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Word lists that would need too many texts to be read again."},
    )


class PolicyPreviewRequest(Schema):
    """A candidate and how far to look back."""

    policy = fields.Nested(PolicyChange, load_default=dict)
    days = StrictInteger(minimum=1, maximum=DAYS_MAX, load_default=30)


class AgreementForm(Schema):
    """Agreement over some items; kappa is null from fewer than 30."""

    who = fields.List(fields.String(), required=True)
    items = fields.Integer(required=True)
    agreed = fields.Integer(required=True)
    kappa = fields.Nested(EstimateForm, required=True)


class AgreementList(Schema):
    """Over all, by pair of people, by reason."""

    overall = fields.Nested(AgreementForm, required=True)
    pairs = fields.List(fields.Nested(AgreementForm), required=True)
    reasons = fields.List(fields.Nested(AgreementForm), required=True)


class PeriodQuery(Schema):
    """How far to look back."""

    days = StrictInteger(minimum=1, maximum=DAYS_MAX, load_default=30)


@blueprint.route("/agreement", methods=["GET"])
@access("admin")
@blueprint.arguments(PeriodQuery, location="query")
@blueprint.response(200, AgreementList)
@blueprint.problems(404, 503)
def read_agreement(query: dict[str, Any], site: str) -> Any:
    """How far two moderators agree who judged the same comment apart (Cohen's kappa)."""
    return services().measure_agreement(current_principal(), site, query["days"])


@blueprint.route("/policy/preview", methods=["POST"])
@access("admin")
@blueprint.arguments(PolicyPreviewRequest)
@blueprint.response(200, PolicyPreview)
@blueprint.problems(404, 503)
def preview(sent: dict[str, Any], site: str) -> dict[str, Any]:
    """What a candidate would have done, over the stored scores; changes nothing."""
    view = services().preview_policy(current_principal(), site, sent["policy"], sent["days"])
    return preview_form(view)


def preview_form(view: Preview) -> dict[str, Any]:
    """A preview as it is answered."""
    live, candidate = view.queue_per_day
    names = (
        "days", "comments", "unscored", "live", "candidate", "changed", "moves", "examples",
        "quality", "live_quality", "not_replayed",
    )  # fmt: skip
    return {
        **{name: getattr(view, name) for name in names},
        "queue_per_day": {"live": live, "candidate": candidate},
    }
