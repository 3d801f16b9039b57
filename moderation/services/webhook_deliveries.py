"""The events of a webhook endpoint: what became of each, sent again by hand, a test."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import WebhookDelivery, WebhookEndpoint
from moderation.domain.ids import is_id, new_id
from moderation.domain.principals import Principal
from moderation.domain.statuses import ERASED
from moderation.domain.webhooks import TEST_EVENT
from moderation.errors import Conflict, NotFound
from moderation.services.admin_log import note_admin
from moderation.services.clock import Clock
from moderation.services.facts import EventStored
from moderation.services.manage_webhooks import found_endpoint, shown_url
from moderation.services.webhook_outbox import event_body, new_delivery
from moderation.services.webhook_views import DeliveryView, delivery_view
from moderation.storage import comments, webhooks
from moderation.storage.unit_of_work import Store, remember


class WebhookDeliveries:
    """Shows an endpoint's events and sends some of them by hand."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def page(
        self,
        principal: Principal,
        slug: str,
        webhook_id: str,
        *,
        state: str | None = None,
        before: str | None = None,
        limit: int,
    ) -> tuple[DeliveryView, ...]:
        """Events of the last 30 days, newest first.

        Raises:
            NotFound: no such site or endpoint.
        """
        with self._store.read() as session:
            _, endpoint = found_endpoint(session, principal, slug, webhook_id)
            rows = webhooks.deliveries(session, endpoint.id, state, before, limit)
            return tuple(delivery_view(row) for row in rows)

    def again(
        self, principal: Principal, slug: str, webhook_id: str, delivery_id: str
    ) -> DeliveryView:
        """Send an event once more, with the same id and all its tries before it.

        Raises:
            NotFound: no such site, endpoint or event.
            Conflict: ``erased`` or ``text_removed`` when what it said of its comment is no
                longer kept, ``webhook_paused``.
        """
        with self._store.write() as session:
            _, endpoint = found_endpoint(session, principal, slug, webhook_id)
            row = (
                webhooks.delivery(session, endpoint.id, delivery_id) if is_id(delivery_id) else None
            )
            if row is None:
                raise NotFound("No such event.")
            _refuse_paused(endpoint)
            if row.body is None:
                raise _gone(session, row)
            row.state, row.due_at, row.attempts = "waiting", self._clock(), 0
            row.delivered_at = None
            self._send(session, principal, "webhook_event_resent", endpoint, row)
            return delivery_view(row)

    def test(self, principal: Principal, slug: str, webhook_id: str) -> DeliveryView:
        """Send an event that tells of nothing.

        Raises:
            NotFound: no such site or endpoint.
            Conflict: ``webhook_paused``.
        """
        with self._store.write() as session:
            site, endpoint = found_endpoint(session, principal, slug, webhook_id)
            _refuse_paused(endpoint)
            now = self._clock()
            body = event_body(TEST_EVENT, now, {"site": site.slug, "webhook": endpoint.id})
            row = new_delivery(endpoint, TEST_EVENT, f"msg_{new_id()}", body, now)
            session.add(row)
            self._send(session, principal, "webhook_tested", endpoint, row)
            return delivery_view(row)

    def _send(
        self,
        session: Session,
        author: Principal,
        action: str,
        endpoint: WebhookEndpoint,
        row: WebhookDelivery,
    ) -> None:
        """Have an event sent at once, and write down who asked for it."""
        endpoint.rest_until = None
        remember(session, EventStored(endpoint.id))
        subject, detail = shown_url(endpoint), {"event": row.type, "id": row.message_id}
        note_admin(session, self._clock, author, action, subject, endpoint.site_id, detail)


def _gone(session: Session, row: WebhookDelivery) -> Conflict:
    comment = comments.find(session, row.comment_id) if row.comment_id else None
    if comment is None or comment.status == ERASED:
        return Conflict("The comment was erased, and what this event said with it.", code="erased")
    return Conflict(
        "This event held the comment's text, which is no longer kept.", code="text_removed"
    )


def _refuse_paused(endpoint: WebhookEndpoint) -> None:
    if not endpoint.active:
        raise Conflict("This webhook is paused; make it active first.", code="webhook_paused")
