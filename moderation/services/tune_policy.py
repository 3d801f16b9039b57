"""Changing a site's policy: each change is a new version, old ones stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from models import PolicyVersion, Site
from moderation.domain.ids import new_id
from moderation.domain.policy import Policy
from moderation.domain.policy_input import changed_policy
from moderation.domain.principals import Principal
from moderation.errors import NotFound
from moderation.services.admin_log import note_admin
from moderation.services.clock import Clock
from moderation.services.once import OnceKey, once_key, write_once
from moderation.services.policies import policy_from, policy_in_force, rules_of
from moderation.services.reach import own_site
from moderation.services.views import PolicyView
from moderation.storage import sites
from moderation.storage.unit_of_work import Store, lock


class TunePolicy:
    """Reads and changes policies."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def current(self, principal: Principal, slug: str) -> PolicyView:
        """The version in force.

        Raises:
            NotFound: no such site.
        """
        with self._store.read() as session:
            version = own_site(session, principal, slug).policy_version
        return self.version(principal, slug, version)

    def version(self, principal: Principal, slug: str, version: int) -> PolicyView:
        """One version.

        Raises:
            NotFound: no such site or version.
        """
        with self._store.read() as session:
            site = own_site(session, principal, slug)
            row = sites.policy_row(session, site.id, version)
            if row is None:
                raise NotFound("No such version.")
            return policy_view(row)

    def versions(
        self, principal: Principal, slug: str, before: int | None, limit: int
    ) -> tuple[PolicyView, ...]:
        """Versions older than ``before``, newest first.

        Raises:
            NotFound: no such site.
        """
        with self._store.read() as session:
            site = own_site(session, principal, slug)
            rows = sites.policy_versions(session, site.id, before, limit)
            return tuple(policy_view(row) for row in rows)

    def replace(
        self,
        principal: Principal,
        slug: str,
        wanted: Mapping[str, Any],
        check_version: Callable[[int], None],
        key: str | None = None,
    ) -> PolicyView:
        """Make a new version from the one in force and some changed fields.

        Args:
            check_version: raises unless the caller has seen the version in force; called
                inside the transaction, so that no other change can slip between.

        Raises:
            NotFound: no such site.
            InvalidInput: naming each bad field.
            PreconditionFailed, PreconditionRequired: as ``check_version`` says.
        """

        def work(session: Session) -> PolicyView:
            return self.replace_in(session, principal, slug, wanted, check_version)

        once = once_key(principal, f"policy:{slug}", key, dict(wanted)) if key else None
        return self._write_once(principal, slug, once, work)

    def replace_in(
        self,
        session: Session,
        principal: Principal,
        slug: str,
        wanted: Mapping[str, Any],
        check_version: Callable[[int], None],
    ) -> PolicyView:
        """The same within a transaction that does more.

        Raises:
            NotFound, InvalidInput, PreconditionFailed, PreconditionRequired: as :meth:`replace`.
        """
        site = self._locked_site(session, principal, slug)
        check_version(site.policy_version)
        policy = changed_policy(policy_in_force(session, site), wanted)
        return policy_view(self._add(session, site, policy, principal, "policy_changed"))

    def roll_back(
        self,
        principal: Principal,
        slug: str,
        version: int,
        note: str | None,
        key: str | None = None,
    ) -> PolicyView:
        """Put an old version in force again, as a new one.

        Raises:
            NotFound: no such site or version.
        """

        def work(session: Session) -> PolicyView:
            site = self._locked_site(session, principal, slug)
            row = sites.policy_row(session, site.id, version)
            if row is None:
                raise NotFound("No such version.")
            policy = replace(policy_from(row), note=note or f"Rolled back to version {version}.")
            return policy_view(self._add(session, site, policy, principal, "policy_rolled_back"))

        once = once_key(principal, f"rollback:{slug}", key, [version, note]) if key else None
        return self._write_once(principal, slug, once, work)

    def _write_once(
        self,
        principal: Principal,
        slug: str,
        once: OnceKey | None,
        work: Callable[[Session], PolicyView],
    ) -> PolicyView:
        """Make a version, or answer with the one that the same request made before."""
        return write_once(
            self._store,
            self._clock,
            once,
            work,
            lambda view: {"version": view.version},
            lambda kept: self.version(principal, slug, kept["version"]),
        )

    def _locked_site(self, session: Session, principal: Principal, slug: str) -> Site:
        site = own_site(session, principal, slug)
        lock(session, "policy", site.id)
        session.refresh(site)
        return site

    def _add(
        self, session: Session, site: Site, policy: Policy, principal: Principal, action: str
    ) -> PolicyVersion:
        site.policy_version += 1
        subject, detail = f"version {site.policy_version}", {"note": policy.note}
        note_admin(session, self._clock, principal, action, subject, site.id, detail)
        return add_policy_version(session, site, policy, principal.name, self._clock)


def add_policy_version(
    session: Session, site: Site, policy: Policy, author: str, clock: Clock
) -> PolicyVersion:
    """Store the version that the site names as its own."""
    row = PolicyVersion(
        id=new_id(),
        site_id=site.id,
        version=site.policy_version,
        rules=rules_of(policy),
        note=policy.note,
        author=author,
        created_at=clock(),
    )
    session.add(row)
    session.flush()
    return row


def policy_view(row: PolicyVersion) -> PolicyView:
    """A version as it is shown."""
    return PolicyView(row.version, row.rules, row.note, row.author, row.created_at)
