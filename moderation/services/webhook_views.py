"""Webhooks and their events as services hand them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models import Site, WebhookDelivery, WebhookEndpoint


@dataclass(frozen=True)
class WebhookView:
    """A webhook endpoint and how it fares.

    Attributes:
        paused_because: ``admin``, ``gone`` (it answered 410) or ``failing`` (for days).
        waiting: events that have not been delivered yet.
        failures: failed tries in a row.
        old_secret_until: until when events are signed with the secret before, too.
        secret: only in the answer to making or exchanging it.
    """

    id: str
    site: str
    url: str
    events: tuple[str, ...]
    active: bool
    paused_because: str | None
    created_at: datetime
    created_by: str
    waiting: int
    failures: int
    failing_since: datetime | None
    last_success_at: datetime | None
    last_error: str | None
    old_secret_until: datetime | None
    secret: str | None = None


@dataclass(frozen=True)
class DeliveryView:
    """One event for one endpoint.

    Attributes:
        message_id: the ``webhook-id`` that every try carries.
        state: ``waiting``, ``delivered`` or ``failed``.
    """

    id: str
    message_id: str
    type: str
    comment_id: str | None
    state: str
    created_at: datetime
    attempts: int
    next_try_at: datetime | None
    last_try_at: datetime | None
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None
    can_be_sent_again: bool


def webhook_view(site: Site, row: WebhookEndpoint, waiting: int) -> WebhookView:
    """An endpoint as admins see it, without its secret."""
    return WebhookView(
        id=row.id,
        site=site.slug,
        url=row.url,
        events=tuple(row.events),
        active=row.active,
        paused_because=row.paused_because,
        created_at=row.created_at,
        created_by=row.created_by,
        waiting=waiting,
        failures=row.failures,
        failing_since=row.failing_since,
        last_success_at=row.last_success_at,
        last_error=row.last_error,
        old_secret_until=row.old_secret_until,
    )


def delivery_view(row: WebhookDelivery) -> DeliveryView:
    """An event as admins see it, without what is in it."""
    return DeliveryView(
        id=row.id,
        message_id=row.message_id,
        type=row.type,
        comment_id=row.comment_id,
        state=row.state,
        created_at=row.created_at,
        attempts=row.attempts,
        next_try_at=row.due_at if row.state == "waiting" else None,
        last_try_at=row.last_try_at,
        last_status=row.last_status,
        last_error=row.last_error,
        delivered_at=row.delivered_at,
        can_be_sent_again=row.body is not None,
    )
