"""What admins call for a label's second scale: how many people reject at each score."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from moderation.domain.scores import LABELS
from moderation.errors import NotFound
from moderation.services.calibrate import Basis
from moderation.services.calibration_views import CalibrationView
from moderation.services.lab.site_window import DAYS_MAX
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import (
    Choice,
    Schema,
    StrictBoolean,
    StrictInteger,
    StrictNumber,
    Text,
)
from moderation.web.api.lab_schemas import EstimateForm
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "calibrations",
    __name__,
    url_prefix="/api/v1/sites/<site>/calibrations",
    description="For admins: of comments with a score, how many do people reject?",
)


class CalibrationRequest(Schema):
    """What to make a scale from."""

    label = Choice(LABELS, required=True)
    days = StrictInteger(minimum=1, maximum=DAYS_MAX, load_default=90)
    imported = StrictBoolean(load_default=False)
    suggested = StrictBoolean(
        load_default=False,
        metadata={"description": "Count verdicts that came over comments:suggestscore, too."},
    )
    note = Text(load_default="", max_length=1000)


class LabelQuery(Schema):
    """Of which label."""

    label = Choice(LABELS, required=True)


class UseRequest(Schema):
    """Which version to use; null for none."""

    version = StrictInteger(required=True, allow_none=True, minimum=1, maximum=2**31 - 1)


class ChanceQuery(Schema):
    """The wanted share of rejected comments."""

    chance = StrictNumber(required=True, minimum=0.001, maximum=1)


class BasisForm(Schema):
    """What a scale was made from."""

    days = fields.Integer(required=True)
    imported = fields.Boolean(required=True)
    suggested = fields.Boolean(required=True)
    decisions = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    audits = fields.Integer(required=True)
    from_suggested = fields.Integer(required=True)


class ReliabilityBinForm(Schema):
    """Comments for which about the same was foretold, and the share that people rejected."""

    foretold = fields.Float(required=True, allow_none=True)
    observed = fields.Nested(EstimateForm, required=True)


class ReliabilityForm(Schema):
    """A reliability diagram's points, and Brier's score (0 is perfect)."""

    bins = fields.List(fields.Nested(ReliabilityBinForm), required=True)
    brier = fields.Float(required=True)


class CalibrationReport(Schema):
    """Scores taken as chances, and the scale's chances made without the comment itself."""

    before = fields.Nested(ReliabilityForm, required=True)
    after = fields.Nested(ReliabilityForm, required=True)


class CalibrationForm(Schema):
    """One version; ``scale`` holds a chance for each hundredth of a score, 0 to 100."""

    label = fields.String(required=True)
    version = fields.Integer(required=True)
    model = fields.String(required=True)
    fits = fields.Boolean(required=True, metadata={"description": "To the loaded model."})
    in_use = fields.Boolean(required=True)
    basis = fields.Nested(BasisForm, required=True)
    scale = fields.List(fields.Nested(EstimateForm), required=True)
    report = fields.Nested(CalibrationReport, required=True)
    note = fields.String(required=True)
    author = fields.String(required=True)
    created_at = Timestamp(required=True)


class CalibrationList(Schema):
    """A label's newest twenty versions, newest first."""

    items = fields.List(fields.Nested(CalibrationForm), required=True)


class CalibrationAnswer(Schema):
    """The version in use, or null."""

    calibration = fields.Nested(CalibrationForm, required=True, allow_none=True)


class ChanceAnswer(Schema):
    """The score that a wanted chance stands for."""

    label = fields.String(required=True)
    version = fields.Integer(required=True)
    chance = fields.Float(required=True)
    threshold = fields.Float(required=True)
    estimate = fields.Nested(EstimateForm, required=True)


@blueprint.route("", methods=["GET"])
@access("admin")
@blueprint.arguments(LabelQuery, location="query")
@blueprint.response(200, CalibrationList)
@blueprint.problems(404, 503)
def read_calibrations(query: dict[str, Any], site: str) -> dict[str, Any]:
    """A label's versions."""
    return {"items": services().lab.calibrate.page(current_principal(), site, query["label"])}


@blueprint.route("", methods=["POST"])
@access("admin")
@blueprint.arguments(CalibrationRequest)
@blueprint.response(201, CalibrationForm)
@blueprint.problems(404, 409, 503)
def make_calibration(sent: dict[str, Any], site: str) -> CalibrationView:
    """Make a version from what people decided; it is not in use and changes nothing."""
    basis = Basis(sent["days"], sent["imported"], sent["suggested"])
    make = services().lab.calibrate.make
    return make(current_principal(), site, sent["label"], basis, sent["note"])


@blueprint.route("/<label>", methods=["PUT"])
@access("admin")
@blueprint.arguments(UseRequest)
@blueprint.response(200, CalibrationAnswer)
@blueprint.problems(404, 409, 503)
def use_calibration(sent: dict[str, Any], site: str, label: str) -> dict[str, Any]:
    """Use a version, or none; no comment and no policy changes by it."""
    use = services().lab.calibrate.use
    return {"calibration": use(current_principal(), site, label, sent["version"])}


@blueprint.route("/<label>/threshold", methods=["GET"])
@access("admin")
@blueprint.arguments(ChanceQuery, location="query")
@blueprint.response(200, ChanceAnswer)
@blueprint.problems(404, 409, 503)
def read_threshold(query: dict[str, Any], site: str, label: str) -> dict[str, Any]:
    """The score from which people reject at least a share, by the version in use."""
    found = services().lab.calibrate.in_use(current_principal(), site).get(label)
    if found is None:
        raise NotFound("No calibration of this label is in use.")
    threshold = found.score_for(query["chance"])
    return {
        "label": label,
        "version": found.version,
        "chance": query["chance"],
        "threshold": threshold,
        "estimate": found.chance_at(threshold),
    }
