"""A site's webhook endpoints: made, changed, paused, given another secret, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from models import Site, WebhookEndpoint
from moderation.domain.ids import is_id, new_id
from moderation.domain.principals import Principal
from moderation.domain.web_addresses import origin_of
from moderation.domain.webhooks import EVENTS
from moderation.errors import Conflict, InvalidInput, NotFound
from moderation.services.admin_log import note_admin
from moderation.services.clock import Clock
from moderation.services.once import once_key, write_once
from moderation.services.reach import own_site
from moderation.services.webhook_fields import checked_fields
from moderation.services.webhook_secrets import WebhookSecrets
from moderation.services.webhook_views import WebhookView, webhook_view
from moderation.storage import webhooks
from moderation.storage.unit_of_work import Store, lock

ENDPOINTS_MAX: Final = 20
TROUBLED_FROM: Final = 3
OVERLAP_S: Final = 24 * 3600
OVERLAP_MAX_S: Final = 7 * 24 * 3600


class ManageWebhooks:
    """Keeps the list of a site's endpoints.

    Args:
        secrets: the endpoints' signing keys.
        allow_private: whether an address may lead into the service's own network.
    """

    def __init__(
        self, store: Store, clock: Clock, secrets: WebhookSecrets, *, allow_private: bool
    ) -> None:
        self._store = store
        self._clock = clock
        self._secrets = secrets
        self._allow_private = allow_private

    def create(
        self,
        author: Principal,
        slug: str,
        url: str,
        events: Sequence[str] | None = None,
        key: str | None = None,
    ) -> WebhookView:
        """Add an endpoint; the view that is returned shows its secret.

        Args:
            events: those that it wants; all when left out.

        Raises:
            NotFound: no such site.
            InvalidInput: naming each bad field.
            Conflict: ``webhook_limit``.
        """
        given = {"url": url, "events": list(EVENTS if events is None else events)}
        wanted = checked_fields(given, allow_private=self._allow_private)
        once = once_key(author, f"create-webhook:{slug}", key, wanted) if key else None
        return write_once(
            self._store,
            self._clock,
            once,
            lambda session: self._create(session, author, slug, wanted),
            lambda view: {"id": view.id},
            lambda kept: self._shown(author, slug, kept["id"]),
        )

    def get(self, principal: Principal, slug: str, webhook_id: str) -> WebhookView:
        """One endpoint.

        Raises:
            NotFound: no such site or endpoint.
        """
        with self._store.read() as session:
            site, row = found_endpoint(session, principal, slug, webhook_id)
            return _view(session, site, row)

    def page(
        self, principal: Principal, slug: str, after: str | None, limit: int
    ) -> tuple[WebhookView, ...]:
        """A site's endpoints in the order in which they were made.

        Raises:
            NotFound: no such site.
        """
        with self._store.read() as session:
            site = own_site(session, principal, slug)
            rows = webhooks.endpoints(session, site.id, after, limit)
            waiting = webhooks.waiting_counts(session, [row.id for row in rows])
            return tuple(webhook_view(site, row, waiting.get(row.id, 0)) for row in rows)

    def troubled(self) -> dict[str, int]:
        """By site, how many endpoints an admin should look at."""
        with self._store.read() as session:
            return webhooks.troubled(session, TROUBLED_FROM)

    def change(
        self, principal: Principal, slug: str, webhook_id: str, wanted: Mapping[str, Any]
    ) -> WebhookView:
        """Change some of ``url``, ``events`` and ``active``.

        What waits for a paused endpoint is delivered when it is made active again; its
        record of failures then begins anew.

        Raises:
            NotFound: no such site or endpoint.
            InvalidInput: naming each bad field.
        """
        values = checked_fields(wanted, allow_private=self._allow_private)
        with self._store.write() as session:
            site, row = found_endpoint(session, principal, slug, webhook_id)
            before = (row.url, row.events, row.active)
            row.url = values.get("url", row.url)
            row.events = values.get("events", row.events)
            if values.get("active") is True and not row.active:
                row.active, row.paused_because = True, None
                row.failures, row.failing_since, row.rest_until = 0, None, None
            elif values.get("active") is False and row.active:
                row.active, row.paused_because = False, "admin"
            names = ("url", "events", "active")
            after = (row.url, row.events, row.active)
            changed = [
                name for name, old, new in zip(names, before, after, strict=True) if old != new
            ]
            if changed:
                detail = {"changed": changed, "state": "active" if row.active else "paused"}
                self._note(session, principal, "webhook_changed", row, detail)
            return _view(session, site, row)

    def rotate(
        self,
        principal: Principal,
        slug: str,
        webhook_id: str,
        overlap_s: int = OVERLAP_S,
        key: str | None = None,
    ) -> WebhookView:
        """Give an endpoint another secret; the view that is returned shows it.

        Args:
            overlap_s: seconds for which events are signed with the old one too.

        Raises:
            NotFound: no such site or endpoint.
            InvalidInput: ``overlap_s`` is out of range.
        """
        if not 0 <= overlap_s <= OVERLAP_MAX_S:
            raise InvalidInput({"overlap_s": [f"Must be from 0 to {OVERLAP_MAX_S}."]})
        operation = f"rotate-webhook:{slug}:{webhook_id}"
        once = once_key(principal, operation, key, overlap_s) if key else None
        return write_once(
            self._store,
            self._clock,
            once,
            lambda session: self._rotate(session, principal, slug, webhook_id, overlap_s),
            lambda view: {"id": view.id},
            lambda kept: self._shown(principal, slug, kept["id"]),
        )

    def remove(self, principal: Principal, slug: str, webhook_id: str) -> None:
        """Remove an endpoint with all that waits for it.

        Raises:
            NotFound: no such site or endpoint.
        """
        with self._store.write() as session:
            _, row = found_endpoint(session, principal, slug, webhook_id)
            self._note(session, principal, "webhook_removed", row)
            session.delete(row)

    def _create(
        self, session: Session, author: Principal, slug: str, wanted: Mapping[str, Any]
    ) -> WebhookView:
        site = own_site(session, author, slug)
        lock(session, "webhooks", site.id)
        if len(webhooks.endpoints(session, site.id, None, ENDPOINTS_MAX)) == ENDPOINTS_MAX:
            raise Conflict(f"A site has at most {ENDPOINTS_MAX} webhooks.", code="webhook_limit")
        row = WebhookEndpoint(
            id=new_id(),
            site_id=site.id,
            url=wanted["url"],
            events=wanted["events"],
            secret_no=1,
            active=True,
            created_at=self._clock(),
            created_by=author.name,
            failures=0,
        )
        session.add(row)
        session.flush()
        self._note(session, author, "webhook_added", row, {"events": row.events})
        return replace(webhook_view(site, row, 0), secret=self._secrets.shown(row))

    def _rotate(
        self, session: Session, principal: Principal, slug: str, webhook_id: str, overlap_s: int
    ) -> WebhookView:
        site, row = found_endpoint(session, principal, slug, webhook_id)
        row.secret_no += 1
        row.old_secret_until = self._clock() + timedelta(seconds=overlap_s)
        detail = {"old_secret_holds": f"{overlap_s} s"}
        self._note(session, principal, "webhook_secret_rotated", row, detail)
        return replace(_view(session, site, row), secret=self._secrets.shown(row))

    def _shown(self, principal: Principal, slug: str, webhook_id: str) -> WebhookView:
        with self._store.read() as session:
            site, row = found_endpoint(session, principal, slug, webhook_id)
            return replace(_view(session, site, row), secret=self._secrets.shown(row))

    def _note(
        self,
        session: Session,
        author: Principal,
        action: str,
        row: WebhookEndpoint,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        note_admin(session, self._clock, author, action, shown_url(row), row.site_id, detail)


def found_endpoint(
    session: Session, principal: Principal, slug: str, webhook_id: str
) -> tuple[Site, WebhookEndpoint]:
    """A site of the caller's and one of its endpoints.

    Raises:
        NotFound: one of them is missing or not the caller's.
    """
    site = own_site(session, principal, slug)
    row = webhooks.endpoint(session, site.id, webhook_id) if is_id(webhook_id) else None
    if row is None:
        raise NotFound("No such webhook.")
    return site, row


def shown_url(row: WebhookEndpoint) -> str:
    """An endpoint in the list of what admins did: a path may hold a receiver's key."""
    return origin_of(row.url)


def _view(session: Session, site: Site, row: WebhookEndpoint) -> WebhookView:
    return webhook_view(site, row, webhooks.waiting_counts(session, [row.id]).get(row.id, 0))
