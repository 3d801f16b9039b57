"""What the holder of a receipt can see of an own comment."""

from __future__ import annotations

from functools import partial
from typing import Any

from marshmallow import fields

from moderation.domain.site_settings import RANGES
from moderation.domain.submission import clean_body
from moderation.services.appeal_rejection import MESSAGE_MAX, clean_message
from moderation.services.receipt_steps import KINDS
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.comment_schemas import by_rule
from moderation.web.api.fields import Choice, Schema, Text
from moderation.web.api.idempotency import idempotency_key
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access
from moderation.web.context import services
from moderation.web.cors import site_cors
from moderation.web.limits import PUBLIC_SUBMISSION, limited

blueprint = Blueprint(
    "receipts",
    __name__,
    url_prefix="/api/v1/receipts/<token>",
    description="For writers: the state of an own comment, by the receipt that came with it.",
)


class ReasonForm(Schema):
    """Why, in words for the writer."""

    code = fields.String(required=True)
    text = fields.String(required=True)


class OwnComment(Schema):
    """The writer's own text."""

    id = fields.String(required=True)
    parent_id = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    website = fields.String(required=True, allow_none=True)
    body = fields.String(required=True)
    page_url = fields.String(required=True)
    created_at = Timestamp(required=True)
    edited_at = Timestamp(required=True, allow_none=True)
    text_removed_at = Timestamp(
        required=True,
        allow_none=True,
        metadata={"description": "When the text of an unpublished comment had been kept enough."},
    )


class ReceiptStepForm(Schema):
    """Something that happened to an own comment, as the receipt's page tells it."""

    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    at = Timestamp(required=True)
    status = fields.String(
        required=True,
        metadata={"description": "Where the comment stood after it; spam is told as rejected."},
    )
    reasons = fields.List(
        fields.Nested(ReasonForm),
        required=True,
        metadata={"description": "Why it was held or refused, and what a moderator has said."},
    )


class ReceiptForm(Schema):
    """The state of an own comment."""

    status = fields.String(required=True)
    reasons = fields.List(fields.Nested(ReasonForm), required=True)
    comment = fields.Nested(OwnComment, required=True)
    can = fields.List(fields.String(), required=True)
    steps = fields.List(
        fields.Nested(ReceiptStepForm),
        required=True,
        metadata={"description": "Oldest first. What was undone and who did it are not told."},
    )


class Edit(Schema):
    """A new text for an own comment."""

    body = Text(
        required=True,
        validate=by_rule(partial(clean_body, body_max=RANGES["body_max"].high)),
        metadata={"minLength": 1, "description": "At most what the site allows."},
    )


class AppealRequest(Schema):
    """Why a rejected comment should be published."""

    message = Text(
        required=True,
        validate=by_rule(clean_message),
        metadata={"minLength": 1, "maxLength": MESSAGE_MAX},
    )


class RemovalQuery(Schema):
    """How far a removal goes."""

    erase = Choice(
        ("0", "1"),
        load_default="0",
        metadata={"description": "1 removes name, email, network and text for good."},
    )


class StoredStepForm(Schema):
    """One step in the comment's life."""

    at = Timestamp(required=True)
    actor = fields.String(required=True)
    action = fields.String(required=True)
    from_status = fields.String(required=True, allow_none=True)
    to_status = fields.String(required=True)
    reasons = fields.List(fields.String(), required=True)
    reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    trace = fields.List(fields.Dict(), required=True, allow_none=True)
    policy_version = fields.Integer(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)


class StoredAppealForm(Schema):
    """The writer's appeal."""

    message = fields.String(required=True)
    at = Timestamp(required=True)


class StoredReportForm(Schema):
    """That a reader reported it; their own words are left out."""

    reason = fields.String(required=True)
    at = Timestamp(required=True)


class StoredEventForm(Schema):
    """The site's own programs were told, or are to be."""

    type = fields.String(required=True)
    created_at = Timestamp(required=True)
    state = fields.String(required=True)
    delivered_at = Timestamp(required=True, allow_none=True)


class StoredReviewForm(Schema):
    """What somebody said who was shown the text alone."""

    at = Timestamp(required=True)
    verdict = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)


class StoredForm(OwnComment):
    """All that is stored about an own comment."""

    status = fields.String(required=True)
    email = fields.String(required=True)
    network = fields.String(required=True, allow_none=True)
    page_title = fields.String(required=True, allow_none=True)
    reasons = fields.List(fields.String(), required=True)
    scores = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    history = fields.List(fields.Nested(StoredStepForm), required=True)
    appeal = fields.Nested(StoredAppealForm, required=True, allow_none=True)
    reports = fields.List(fields.Nested(StoredReportForm), required=True)
    webhooks = fields.List(fields.Nested(StoredEventForm), required=True)
    reviews = fields.List(fields.Nested(StoredReviewForm), required=True)
    source = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The system that it was imported from, if it was."},
    )
    external_id = fields.String(required=True, allow_none=True)


@blueprint.route("", methods=["GET"])
@site_cors
@access("public")
@blueprint.response(200, ReceiptForm)
@blueprint.problems(404, 503)
def read_receipt(token: str) -> Any:
    """Where an own comment stands, why, and what has happened to it."""
    return _state(token)


@blueprint.route("", methods=["PATCH"])
@access("public")
@limited(PUBLIC_SUBMISSION)
@blueprint.arguments(Edit)
@blueprint.response(200, ReceiptForm)
@blueprint.problems(404, 409, 429, 503)
def edit(sent: dict[str, str], token: str) -> Any:
    """Change the text within the site's edit window.

    It is scored and decided again; with an Idempotency-Key a repeated request does not
    undo a later edit. An edit never takes a comment out of the queue.
    """
    services().edit_comment(token, sent["body"], idempotency_key())
    return _state(token)


@blueprint.route("", methods=["DELETE"])
@access("public")
@blueprint.arguments(RemovalQuery, location="query")
@blueprint.response(200, ReceiptForm)
@blueprint.problems(404, 409, 503)
def remove(query: dict[str, str], token: str) -> Any:
    """Withdraw the comment, or with ``erase=1`` remove everything personal about it."""
    if query["erase"] == "1":
        services().erase_comment(token, idempotency_key())
    else:
        services().withdraw_comment(token, idempotency_key())
    return _state(token)


@blueprint.route("/appeal", methods=["POST"])
@access("public")
@limited(PUBLIC_SUBMISSION)
@blueprint.arguments(AppealRequest)
@blueprint.response(200, ReceiptForm)
@blueprint.problems(404, 409, 429, 503)
def appeal(sent: dict[str, str], token: str) -> Any:
    """Appeal, once, against a rejection.

    The comment goes back to the queue, to somebody other than who rejected it where the
    site has somebody else.
    """
    services().appeal_rejection(token, sent["message"], idempotency_key())
    return _state(token)


@blueprint.route("/export", methods=["GET"])
@access("public")
@blueprint.response(200, StoredForm)
@blueprint.problems(404, 503)
def export(token: str) -> Any:
    """Everything that is stored about the comment."""
    return services().export_comment(token), 200, {"Cache-Control": "no-store"}


def _state(token: str) -> Any:
    view = services().read_receipt(token)
    form = {
        "status": view.status,
        "reasons": view.reasons,
        "comment": view,
        "can": view.can,
        "steps": view.steps,
    }
    return form, 200, {"Cache-Control": "no-store"}
