"""What admins call to keep a site's webhooks."""

from __future__ import annotations

from functools import partial
from typing import Any

from marshmallow import fields

from moderation.domain.web_addresses import WEBHOOK_URL_MAX
from moderation.domain.webhooks import EVENTS, TEST_EVENT
from moderation.services.manage_webhooks import OVERLAP_MAX_S, OVERLAP_S
from moderation.services.webhook_views import DeliveryView, WebhookView
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Choice, Schema, StrictBoolean, StrictInteger, Text
from moderation.web.api.idempotency import idempotency_key
from moderation.web.api.paging import PageQuery, one_page
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "webhooks",
    __name__,
    url_prefix="/api/v1/sites/<site>/webhooks",
    description="For admins: where a site's own program is told of its comments.",
)

STATES = ("waiting", "delivered", "failed")
_EVENT_LIST = {"items": {"type": "string", "enum": list(EVENTS)}}


class WebhookForm(Schema):
    """A webhook without its secret, and how it fares."""

    id = fields.String(required=True)
    site = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(), required=True, metadata=_EVENT_LIST)
    active = fields.Boolean(required=True)
    paused_because = fields.String(
        required=True, allow_none=True, metadata={"enum": ["admin", "gone", "failing", None]}
    )
    created_at = Timestamp(required=True)
    created_by = fields.String(required=True)
    waiting = fields.Integer(
        required=True, metadata={"description": "Events that are not delivered yet."}
    )
    failures = fields.Integer(required=True, metadata={"description": "Failed tries in a row."})
    failing_since = Timestamp(required=True, allow_none=True)
    last_success_at = Timestamp(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)
    old_secret_until = Timestamp(
        required=True,
        allow_none=True,
        metadata={"description": "Until then events are signed with the secret before, too."},
    )


class ShownSecret(WebhookForm):
    """A webhook just made or given another secret: the only answer that shows it."""

    secret = fields.String(required=True)


class WebhookChange(Schema):
    """Fields to change; one that is left out keeps its value."""

    url = Text(min_length=1, max_length=WEBHOOK_URL_MAX)
    events = fields.List(Text(max_length=50), metadata=_EVENT_LIST)
    active = StrictBoolean()


class NewWebhook(Schema):
    """A webhook to make."""

    url = Text(required=True, min_length=1, max_length=WEBHOOK_URL_MAX)
    events = fields.List(
        Text(max_length=50),
        load_default=None,
        allow_none=True,
        metadata={**_EVENT_LIST, "description": "All when left out."},
    )


class Rotation(Schema):
    """How long the secret before goes on holding."""

    overlap_s = StrictInteger(minimum=0, maximum=OVERLAP_MAX_S, load_default=OVERLAP_S)


class WebhookList(Schema):
    """A part of a site's webhooks."""

    items = fields.List(fields.Nested(WebhookForm), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class DeliveryForm(Schema):
    """One event for one webhook."""

    id = fields.String(required=True)
    message_id = fields.String(
        required=True, metadata={"description": "The webhook-id that every try carries."}
    )
    type = fields.String(required=True, metadata={"enum": [*EVENTS, TEST_EVENT]})
    comment_id = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    created_at = Timestamp(required=True)
    attempts = fields.Integer(required=True)
    next_try_at = Timestamp(required=True, allow_none=True)
    last_try_at = Timestamp(required=True, allow_none=True)
    last_status = fields.Integer(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)
    delivered_at = Timestamp(required=True, allow_none=True)


class DeliveryQuery(PageQuery):
    """Which events."""

    state = Choice(STATES, load_default=None)


class DeliveryList(Schema):
    """A part of a webhook's events, newest first."""

    items = fields.List(fields.Nested(DeliveryForm), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.route("", methods=["GET"])
@access("admin")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, WebhookList)
@blueprint.problems(404, 503)
def read_webhooks(query: dict[str, Any], site: str) -> dict[str, Any]:
    """A site's webhooks; their secrets are not shown."""
    read = partial(services().webhooks.page, current_principal(), site)
    return one_page("webhooks", query["cursor"], query["limit"], read)


@blueprint.route("", methods=["POST"])
@access("admin")
@blueprint.arguments(NewWebhook)
@blueprint.response(201, ShownSecret)
@blueprint.problems(404, 409, 503)
def create_webhook(sent: dict[str, Any], site: str) -> WebhookView:
    """Make a webhook; this answer is the only one that shows its secret."""
    return services().webhooks.create(
        current_principal(), site, sent["url"], sent["events"], idempotency_key()
    )


@blueprint.route("/<webhook_id>", methods=["GET"])
@access("admin")
@blueprint.response(200, WebhookForm)
@blueprint.problems(404, 503)
def read_webhook(site: str, webhook_id: str) -> WebhookView:
    """One webhook, without its secret."""
    return services().webhooks.get(current_principal(), site, webhook_id)


@blueprint.route("/<webhook_id>", methods=["PATCH"])
@access("admin")
@blueprint.arguments(WebhookChange)
@blueprint.response(200, WebhookForm)
@blueprint.problems(404, 503)
def change_webhook(sent: dict[str, Any], site: str, webhook_id: str) -> WebhookView:
    """Change address, events, or pause and resume it; what waits is kept meanwhile."""
    return services().webhooks.change(current_principal(), site, webhook_id, sent)


@blueprint.route("/<webhook_id>", methods=["DELETE"])
@access("admin")
@blueprint.response(204)
@blueprint.problems(404, 503)
def remove_webhook(site: str, webhook_id: str) -> None:
    """Remove a webhook with all that waits for it."""
    services().webhooks.remove(current_principal(), site, webhook_id)


@blueprint.route("/<webhook_id>/rotate", methods=["POST"])
@access("admin")
@blueprint.arguments(Rotation)
@blueprint.response(200, ShownSecret)
@blueprint.problems(404, 409, 503)
def rotate_secret(sent: dict[str, Any], site: str, webhook_id: str) -> WebhookView:
    """Give it another secret; for a while events are signed with both."""
    return services().webhooks.rotate(
        current_principal(), site, webhook_id, sent["overlap_s"], idempotency_key()
    )


@blueprint.route("/<webhook_id>/test", methods=["POST"])
@access("admin")
@blueprint.response(202, DeliveryForm)
@blueprint.problems(404, 409, 503)
def send_test(site: str, webhook_id: str) -> DeliveryView:
    """Send an event ``webhook.test``, which tells of nothing."""
    return services().webhook_deliveries.test(current_principal(), site, webhook_id)


@blueprint.route("/<webhook_id>/deliveries", methods=["GET"])
@access("admin")
@blueprint.arguments(DeliveryQuery, location="query")
@blueprint.response(200, DeliveryList)
@blueprint.problems(404, 503)
def read_deliveries(query: dict[str, Any], site: str, webhook_id: str) -> dict[str, Any]:
    """What became of the events of the last 30 days."""
    who, read = current_principal(), services().webhook_deliveries.page
    return one_page(
        "deliveries",
        query["cursor"],
        query["limit"],
        lambda before, limit: read(
            who, site, webhook_id, state=query["state"], before=before, limit=limit
        ),
    )


@blueprint.route("/<webhook_id>/deliveries/<delivery_id>/redeliver", methods=["POST"])
@access("admin")
@blueprint.response(202, DeliveryForm)
@blueprint.problems(404, 409, 503)
def redeliver(site: str, webhook_id: str, delivery_id: str) -> DeliveryView:
    """Send an event once more, delivered or not, with the same id."""
    return services().webhook_deliveries.again(current_principal(), site, webhook_id, delivery_id)
