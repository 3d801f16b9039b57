"""Events for webhooks, stored in the transaction of what they tell of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Comment, ModerationLog, Page, Site, WebhookDelivery, WebhookEndpoint
from moderation.domain.ids import new_id
from moderation.domain.statuses import ERASED, IMPORT, PUBLISHED
from moderation.domain.webhooks import EVENT_OF_STATUS
from moderation.services.facts import EventStored
from moderation.storage import webhooks
from moderation.storage.unit_of_work import remember


class Listening:
    """Who wants to hear of which event, each site looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[str, Sequence[WebhookEndpoint]] = {}

    def __call__(self, site_id: str, event: str) -> list[WebhookEndpoint]:
        """A site's endpoints that an event is stored for."""
        if site_id not in self._found:
            self._found[site_id] = webhooks.listening(self._session, site_id)
        return [endpoint for endpoint in self._found[site_id] if event in endpoint.events]


def announce(session: Session, comment: Comment, step: ModerationLog, listening: Listening) -> None:
    """Store an event for each of the site's endpoints that wants to hear of a step.

    What an import brings over was decided elsewhere, and nobody is told of it.

    All of them, and every try, carry the same id, made from the step's own.

    Args:
        comment: as it is after the step.
        step: the row of the log.
    """
    event = EVENT_OF_STATUS.get(step.to_status)
    # A published comment with a new text is news, though its status is the old one.
    rewritten = step.action == "edit" and step.to_status == PUBLISHED
    unchanged = step.to_status == step.from_status and not rewritten
    if step.actor == IMPORT or event is None or unchanged:
        return
    endpoints = listening(comment.site_id, event)
    if not endpoints:
        return
    body = event_body(event, step.at, _comment_data(session, comment))
    for endpoint in endpoints:
        delivery = new_delivery(endpoint, event, f"msg_{step.id}", body, step.at)
        delivery.comment_id = comment.id
        session.add(delivery)
        remember(session, EventStored(endpoint.id))


def new_delivery(
    endpoint: WebhookEndpoint, event: str, message_id: str, body: str, now: datetime
) -> WebhookDelivery:
    """An event that is due at once."""
    return WebhookDelivery(
        id=new_id(),
        endpoint_id=endpoint.id,
        message_id=message_id,
        type=event,
        body=body,
        state="waiting",
        created_at=now,
        due_at=now,
        attempts=0,
    )


def event_body(event: str, at: datetime, data: dict[str, Any]) -> str:
    """The JSON that is sent (Standard Webhooks, "Payload structure")."""
    content = {"type": event, "timestamp": _moment(at), "data": data}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _comment_data(session: Session, comment: Comment) -> dict[str, Any]:
    """What a site's program may know: who wrote and what, only while everyone may read it."""
    site, page = session.get_one(Site, comment.site_id), session.get_one(Page, comment.page_id)
    data: dict[str, Any] = {
        "id": comment.id,
        "site": site.slug,
        "status": comment.status,
        "version": comment.version,
        "page_url": page.url,
        "parent_id": comment.parent_id,
        "created_at": _moment(comment.created_at),
    }
    if comment.status != ERASED:
        data["page_title"] = page.title
        data["edited_at"] = _moment(comment.edited_at) if comment.edited_at else None
        data["reasons"] = list(comment.reasons)
    if comment.status == PUBLISHED:
        data["author"] = {"name": comment.name, "website": comment.website}
        data["body"] = comment.body
    return data


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
