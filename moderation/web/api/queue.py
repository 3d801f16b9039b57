"""What moderators call to see and lease what waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import fields

from moderation.services.review_queue import QueueQuery
from moderation.web.api import review_forms as forms
from moderation.web.api import review_schemas as schemas
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.cursors import make_cursor, read_cursor
from moderation.web.api.fields import Schema
from moderation.web.api.idempotency import idempotency_key
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "queue",
    __name__,
    url_prefix="/api/v1/queue",
    description="For moderators: what waits for a person, and who is looking at it.",
)


class NewerQuery(schemas.Filters):
    """Since when."""

    since = fields.AwareDateTime(
        required=True, error_messages={"invalid": "Must be a moment with its zone (RFC 3339)."}
    )


class NewerCount(Schema):
    """How many have come, counted up to 99."""

    count = fields.Integer(required=True)


_AGE = (datetime, str)


def cursor_order(query: QueueQuery) -> tuple[str, tuple[type, ...]]:
    """The name of a list's order and the types of its sort keys."""
    by_age = query.sort in ("oldest", "newest")
    name = f"queue-{query.sort}-{query.label or ''}" if query.sort == "score" else query.sort
    return name, _AGE if by_age else (float, *_AGE)


@blueprint.route("", methods=["GET"])
@access("moderator")
@blueprint.arguments(schemas.QueueList, location="query")
@blueprint.response(200, schemas.ItemList)
@blueprint.problems(404, 503)
def read_queue(sent: dict[str, Any]) -> dict[str, Any]:
    """Comments that wait for a person on one's sites."""
    query = forms.queue_query(sent)
    order, kinds = cursor_order(query)
    after = read_cursor(sent["cursor"], order, kinds)
    page = services().queue.page(current_principal(), query, after, sent["limit"])
    return {
        "items": [forms.item_form(item) for item in page.items],
        "next_cursor": make_cursor(order, page.next_after),
    }


@blueprint.route("/newer", methods=["GET"])
@access("moderator")
@blueprint.arguments(NewerQuery, location="query")
@blueprint.response(200, NewerCount)
@blueprint.problems(404, 503)
def count_newer(sent: dict[str, Any]) -> dict[str, int]:
    """How many comments have joined a list since it was made."""
    since = sent.pop("since")
    query = forms.queue_query(sent)
    return {"count": services().queue.newer(current_principal(), query, since)}


@blueprint.route("/claims", methods=["POST"])
@access("moderator")
@blueprint.arguments(schemas.ClaimRequest)
@blueprint.response(200, schemas.Claimed)
@blueprint.problems(404, 503)
def claim(sent: dict[str, Any]) -> dict[str, Any]:
    """Lease comments that nobody holds; two moderators never get the same one."""
    items = services().queue.claim(
        current_principal(), forms.queue_query(sent), sent["limit"], idempotency_key()
    )
    return {"items": [forms.item_form(item) for item in items]}


@blueprint.route("/claims", methods=["PUT"])
@access("moderator")
@blueprint.response(200, schemas.Claimed)
@blueprint.problems(503)
def renew() -> dict[str, Any]:
    """Extend all leases that one still holds."""
    items = services().queue.renew(current_principal())
    return {"items": [forms.item_form(item) for item in items]}


@blueprint.route("/claims", methods=["DELETE"])
@access("moderator")
@blueprint.arguments(schemas.ReleaseRequest, location="query")
@blueprint.response(204)
@blueprint.problems(503)
def release(sent: dict[str, Any]) -> None:
    """Give leases back: all of one's own, or those of the comments that are named."""
    services().queue.release(current_principal(), sent.get("id"))
