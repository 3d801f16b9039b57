"""The list of what admins did: written in the transaction of each action, read page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import AdminLog
from moderation.domain.ids import new_id
from moderation.domain.principals import Principal
from moderation.services.clock import Clock
from moderation.services.reach import own_site
from moderation.storage import admin_log, sites
from moderation.storage.unit_of_work import Store


@dataclass(frozen=True)
class AdminAct:
    """One action.

    Attributes:
        action: a word such as ``site_changed``.
        site: the slug, where the action was about one site.
        subject: what it was done to: a site's, person's or token's name, a version.
        detail: what changed; never a secret.
    """

    id: str
    at: datetime
    by: str
    action: str
    site: str | None
    subject: str
    detail: Mapping[str, Any]


def note_admin(
    session: Session,
    clock: Clock,
    author: Principal,
    action: str,
    subject: str,
    site_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write an action down, to be committed with what it did."""
    row = AdminLog(
        id=new_id(),
        at=clock(),
        actor_key=author.key,
        actor_name=author.name,
        action=action,
        site_id=site_id,
        subject=subject[:200],
        detail=dict(detail or {}),
    )
    session.add(row)


class ReadAdminLog:
    """Shows what was done."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(
        self, principal: Principal, site: str | None, before: str | None, limit: int
    ) -> tuple[AdminAct, ...]:
        """Actions, newest first, older than a given one.

        Args:
            site: only on this site.

        Raises:
            NotFound: no such site.
        """
        with self._store.read() as session:
            site_id = own_site(session, principal, site).id if site else None
            rows = admin_log.page(session, site_id, before, limit)
            slugs = sites.by_ids(session, {row.site_id for row in rows if row.site_id})
        return tuple(
            AdminAct(
                row.id,
                row.at,
                row.actor_name,
                row.action,
                slugs[row.site_id].slug if row.site_id else None,
                row.subject,
                row.detail,
            )
            for row in rows
        )
