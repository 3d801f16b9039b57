"""A shadow: a candidate that judges new comments beside the live policy, without effect.

Nothing more is stored than the candidate and when it began: what it would have done with each
comment since follows from the comment's facts, like any preview.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from models import ShadowPolicy, Site
from moderation.domain.principals import Principal
from moderation.errors import NotFound
from moderation.services.admin_log import note_admin
from moderation.services.clock import Clock
from moderation.services.lab.site_window import candidate_of
from moderation.services.policies import policy_in_force, rules_of
from moderation.services.preview_policy import Preview, PreviewPolicy
from moderation.services.reach import own_site
from moderation.services.tune_policy import TunePolicy
from moderation.services.views import PolicyView
from moderation.storage.unit_of_work import Store

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class ShadowView:
    """A shadow and how it differs.

    Attributes:
        preview: live policy and shadow over the comments since ``started_at``.
    """

    rules: Mapping[str, Any]
    note: str
    author: str
    started_at: datetime
    preview: Preview


class RunShadow:
    """Starts, shows, promotes and drops shadows."""

    def __init__(
        self, store: Store, clock: Clock, preview: PreviewPolicy, policies: TunePolicy
    ) -> None:
        self._store = store
        self._clock = clock
        self._preview = preview
        self._policies = policies

    def start(self, principal: Principal, slug: str, wanted: Mapping[str, Any]) -> None:
        """Run a candidate as the site's shadow, in place of any before.

        Args:
            wanted: fields of the candidate; one left out is the live policy's.

        Raises:
            NotFound: no such site.
            InvalidInput: naming each bad field under ``policy``.
        """
        with self._store.write() as session:
            site = own_site(session, principal, slug)
            policy = candidate_of(policy_in_force(session, site), wanted)
            row = ShadowPolicy(
                site_id=site.id,
                rules=rules_of(policy),
                note=policy.note,
                author=principal.name,
                started_at=self._clock(),
            )
            session.merge(row)
            self._note(session, principal, "shadow_started", site, policy.note)

    def show(self, principal: Principal, slug: str) -> ShadowView | None:
        """The site's shadow and what it would have done, or None.

        Raises:
            NotFound: no such site.
        """
        with self._store.read() as session:
            row = session.get(ShadowPolicy, own_site(session, principal, slug).id)
        if row is None:
            return None
        days = max(1, -(-(self._clock() - row.started_at) // _DAY))
        preview = self._preview(principal, slug, row.rules, days, since=row.started_at)
        return ShadowView(row.rules, row.note, row.author, row.started_at, preview)

    def promote(
        self, principal: Principal, slug: str, note: str, check_version: Callable[[int], None]
    ) -> PolicyView:
        """Make the shadow the policy in force, as a new version, and end it.

        Raises:
            NotFound: no such site, or it has no shadow.
            PreconditionFailed, PreconditionRequired: as ``check_version`` says.
        """
        with self._store.write() as session:
            site = own_site(session, principal, slug)
            row = session.get(ShadowPolicy, site.id, with_for_update=True)
            if row is None:
                raise NotFound("No shadow runs on this site.")
            wanted = {**row.rules, "note": note or row.note}
            view = self._policies.replace_in(session, principal, slug, wanted, check_version)
            self._end(session, principal, site, row)
            return view

    def drop(self, principal: Principal, slug: str) -> None:
        """End the shadow; without one nothing happens.

        Raises:
            NotFound: no such site.
        """
        with self._store.write() as session:
            site = own_site(session, principal, slug)
            row = session.get(ShadowPolicy, site.id)
            if row is not None:
                self._end(session, principal, site, row)

    def _end(self, session: Session, principal: Principal, site: Site, row: ShadowPolicy) -> None:
        session.delete(row)
        self._note(session, principal, "shadow_ended", site, row.note)

    def _note(
        self, session: Session, principal: Principal, action: str, site: Site, note: str
    ) -> None:
        note_admin(session, self._clock, principal, action, site.name, site.id, {"note": note})
