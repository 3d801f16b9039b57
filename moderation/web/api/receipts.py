"""What the holder of a receipt can see of an own comment."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Schema
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access
from moderation.web.context import services

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


class ReceiptForm(Schema):
    """The state of an own comment."""

    status = fields.String(required=True)
    reasons = fields.List(fields.Nested(ReasonForm), required=True)
    comment = fields.Nested(OwnComment, required=True)
    can = fields.List(fields.String(), required=True)


@blueprint.route("", methods=["GET"])
@access("public")
@blueprint.response(200, ReceiptForm)
@blueprint.problems(404, 503)
def read_receipt(token: str) -> Any:
    """Where an own comment stands, and why."""
    view = services().read_receipt(token)
    form = {"status": view.status, "reasons": view.reasons, "comment": view, "can": view.can}
    return form, 200, {"Cache-Control": "no-store"}
