"""Delivers waiting events to one webhook endpoint after the other.

An endpoint is leased, so two processes never deliver to it at once, and one that hangs
or dies loses nothing. What became of a try is in the row before the next one begins.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from models import WebhookDelivery, WebhookEndpoint
from moderation.domain.webhooks import Reply, rest_after, retry_after, signature
from moderation.services.clock import Clock
from moderation.services.webhook_secrets import WebhookSecrets
from moderation.storage import webhooks
from moderation.storage.unit_of_work import Store

Send = Callable[[str, bytes, Mapping[str, str]], Reply]
"""Posts a body to an address with these headers; never raises."""

Measure = Callable[[str, float, float | None], None]
"""Told of a try: how it ended, its seconds, and for a delivery the event's age in seconds."""

LEASE: Final = timedelta(seconds=90)
TURN_S: Final = 20.0
MOST_AT_ONCE: Final = 100
FAILING_FOR: Final = timedelta(days=3)
USER_AGENT: Final = "comment-moderation-webhooks/1"


@dataclass(frozen=True)
class Turn:
    """What one turn at an endpoint came to."""

    delivered: int = 0
    failed: int = 0


class DeliverWebhooks:
    """Sends what is due.

    Args:
        send: one HTTP request.
        secrets: the endpoints' signing keys.
        measure: for metrics; must neither fail nor wait.
        chance: in [0, 1); spreads the times of further tries.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        send: Send,
        secrets: WebhookSecrets,
        measure: Measure = lambda *_: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._clock = clock
        self._send = send
        self._secrets = secrets
        self._measure = measure
        self._chance = chance

    def due(self) -> Sequence[str]:
        """Ids of endpoints that something is due for."""
        with self._store.read() as session:
            return webhooks.with_work(session, self._clock(), MOST_AT_ONCE)

    def __call__(self, endpoint_id: str, go_on: Callable[[], bool] = lambda: True) -> Turn:
        """Deliver to one endpoint for about 20 seconds at most.

        Args:
            go_on: asked before each try; False ends the turn.

        Raises:
            Unavailable: the store cannot answer.
        """
        lease_until = self._clock() + LEASE
        with self._store.write() as session:
            if webhooks.claim(session, endpoint_id, self._clock(), lease_until) is None:
                return Turn()
        started, delivered, failed = time.monotonic(), 0, 0
        try:
            while go_on() and time.monotonic() - started < TURN_S:
                good = self._one(endpoint_id)
                if good is None:
                    break
                delivered, failed = delivered + good, failed + (not good)
        finally:
            with self._store.write() as session:
                webhooks.release(session, endpoint_id, lease_until)
        return Turn(delivered, failed)

    def _one(self, endpoint_id: str) -> bool | None:
        """Try one event; None when nothing is due that may be tried now."""
        with self._store.read() as session:
            found = webhooks.next_due(session, endpoint_id, self._clock())
        if found is None:
            return None
        endpoint, delivery = found
        started = time.monotonic()
        reply = self._send(endpoint.url, *self._request(endpoint, delivery))
        took_s = time.monotonic() - started
        now = self._clock()
        with self._store.write() as session:
            self._record(session, endpoint_id, delivery.id, reply, now)
        age_s = (now - delivery.created_at).total_seconds() if reply.is_good else None
        self._measure(_outcome(reply), took_s, age_s)
        return reply.is_good

    def _request(
        self, endpoint: WebhookEndpoint, delivery: WebhookDelivery
    ) -> tuple[bytes, dict[str, str]]:
        now, body = self._clock(), delivery.body or ""
        timestamp = int(now.timestamp())
        keys = self._secrets.keys(endpoint, now)
        return body.encode(), {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "webhook-id": delivery.message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(keys, delivery.message_id, timestamp, body),
        }

    def _record(
        self, session: Session, endpoint_id: str, delivery_id: str, reply: Reply, now: datetime
    ) -> None:
        endpoint = session.get(WebhookEndpoint, endpoint_id)
        if endpoint is None:
            return
        _record_health(endpoint, reply, now)
        delivery = session.get(WebhookDelivery, delivery_id)
        # Erased or dropped meanwhile: then there is nothing to try again.
        if delivery is None:
            return
        delivery.attempts += 1
        delivery.last_try_at, delivery.last_status = now, reply.status
        delivery.last_error = reply.problem
        if reply.is_good:
            delivery.state, delivery.delivered_at = "delivered", now
            return
        wait = retry_after(delivery.attempts, reply.retry_after, self._chance())
        if reply.is_gone:
            session.flush()
            webhooks.give_up_all(session, endpoint_id, "http_410")
            _pause(endpoint, "gone")
        elif wait is not None:
            delivery.due_at = now + wait
        else:
            delivery.state = "failed"
            if endpoint.failing_since and endpoint.failing_since <= now - FAILING_FOR:
                _pause(endpoint, "failing")


def _record_health(endpoint: WebhookEndpoint, reply: Reply, now: datetime) -> None:
    endpoint.last_error = reply.problem
    if reply.is_good:
        endpoint.failures, endpoint.failing_since = 0, None
        endpoint.last_success_at, endpoint.rest_until = now, None
        return
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    if reply.asks_for_rest:
        wanted = retry_after(1, reply.retry_after, 0) if reply.retry_after else None
        endpoint.rest_until = now + (wanted or rest_after(endpoint.failures))


def _pause(endpoint: WebhookEndpoint, why: str) -> None:
    endpoint.active, endpoint.paused_because = False, why


def _outcome(reply: Reply) -> str:
    if reply.is_good:
        return "delivered"
    if reply.status is None:
        return reply.error or "connection_failed"
    return "gone" if reply.is_gone else f"http_{reply.status // 100}xx"
