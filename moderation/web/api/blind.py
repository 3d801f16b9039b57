"""What moderators call to judge comments blind."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from moderation.services.judge_blind import CHOICES, BlindVerdict
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Choice, Schema, Text
from moderation.web.api.idempotency import idempotency_key
from moderation.web.api.paging import PageQuery, one_page
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "blind",
    __name__,
    url_prefix="/api/v1/blind",
    description="For moderators: judge a text without knowing what became of it.",
)


class BlindForm(Schema):
    """A text and its page; nothing else."""

    id = fields.String(required=True)
    body = fields.String(required=True)
    page_url = fields.String(required=True)
    page_title = fields.String(required=True, allow_none=True)


class BlindList(Schema):
    """Open items in an order by chance."""

    items = fields.List(fields.Nested(BlindForm), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class BlindQuery(PageQuery):
    """Which part of the list."""

    site = Text(load_default=None, max_length=63)


class BlindVerdictRequest(Schema):
    """What the judge says."""

    verdict = Choice(CHOICES, required=True)
    reason = Text(allow_none=True, load_default=None, max_length=100)


class BlindVerdictForm(Schema):
    """A verdict that was taken."""

    id = fields.String(required=True)
    verdict = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    created_at = Timestamp(required=True)
    by = fields.String(required=True)


@blueprint.route("", methods=["GET"])
@access("moderator")
@blueprint.arguments(BlindQuery, location="query")
@blueprint.response(200, BlindList)
@blueprint.problems(404, 503)
def read_blind(query: dict[str, Any]) -> dict[str, Any]:
    """Audits and second reviews, mixed; never what one has decided oneself."""
    who, read = current_principal(), services().lab.blind.page
    return one_page(
        "blind",
        query["cursor"],
        query["limit"],
        lambda after, limit: read(who, query["site"], after or "", limit),
    )


@blueprint.route("/<item_id>/verdicts", methods=["POST"])
@access("moderator")
@blueprint.arguments(BlindVerdictRequest)
@blueprint.response(200, BlindVerdictForm)
@blueprint.problems(404, 409, 503)
def judge(sent: dict[str, Any], item_id: str) -> BlindVerdict:
    """Judge one item; the comment's status stays as it is."""
    return services().lab.blind(
        current_principal(), item_id, sent["verdict"], sent["reason"], idempotency_key()
    )
