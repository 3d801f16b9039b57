"""Sites: making them, changing them, and asking where their pages lie."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from models import Site
from moderation.domain import site_settings, web_addresses
from moderation.domain.ids import new_id
from moderation.domain.policy import Policy
from moderation.domain.principals import Principal
from moderation.domain.site_settings import SiteSettings
from moderation.errors import Conflict, InvalidInput
from moderation.reader_texts import languages
from moderation.services.admin_log import note_admin
from moderation.services.clock import Clock
from moderation.services.once import once_key, write_once
from moderation.services.reach import own_site
from moderation.services.tune_policy import add_policy_version
from moderation.services.views import SiteView
from moderation.storage import sites
from moderation.storage.unit_of_work import Store, lock

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
NAME_MAX = 200
ORIGINS_MAX = 50


class ManageSites:
    """Keeps the list of sites."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def origins_of(self, slug: str) -> frozenset[str] | None:
        """Where a site's pages lie; None when there is no such site."""
        with self._store.read() as session:
            site = sites.by_slug(session, slug)
            return frozenset(site.origins) if site else None

    def create(
        self,
        author: Principal,
        slug: str,
        name: str,
        origins: Iterable[str],
        settings: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> SiteView:
        """Make a site with the default policy.

        Raises:
            InvalidInput: naming each bad field.
            Conflict: ``site_exists``.
        """
        wanted = _read(slug=slug, name=name, origins=list(origins), settings=settings or {})
        once = once_key(author, "create-site", key, wanted) if key else None
        return write_once(
            self._store,
            self._clock,
            once,
            lambda session: self._create(session, author, wanted),
            lambda view: {"slug": view.slug},
            lambda kept: self.get(author, kept["slug"]),
        )

    def get(self, principal: Principal, slug: str) -> SiteView:
        """One site.

        Raises:
            NotFound: missing, or not the caller's.
        """
        with self._store.read() as session:
            return site_view(own_site(session, principal, slug))

    def page(self, after: str | None, limit: int) -> tuple[SiteView, ...]:
        """Sites in the order of their slugs."""
        with self._store.read() as session:
            return tuple(site_view(site) for site in sites.page_of_sites(session, after, limit))

    def change(self, principal: Principal, slug: str, wanted: Mapping[str, Any]) -> SiteView:
        """Change some of name, origins and settings.

        Raises:
            NotFound: no such site.
            InvalidInput: naming each bad field.
        """
        values = _read(**wanted)
        with self._store.write() as session:
            site = own_site(session, principal, slug)
            before = site_view(site)
            for column in ("name", "origins"):
                if column in values:
                    setattr(site, column, values[column])
            site.settings = {**site.settings, **values.get("settings", {})}
            after = site_view(site)
            if changed := _changed(before, after):
                note_admin(
                    session, self._clock, principal, "site_changed", after.name, site.id, changed
                )
            return after

    def _create(self, session: Session, author: Principal, wanted: Mapping[str, Any]) -> SiteView:
        lock(session, "site", wanted["slug"])
        if sites.by_slug(session, wanted["slug"]) is not None:
            raise Conflict("A site of this slug is already there.", code="site_exists")
        site = Site(
            id=new_id(),
            slug=wanted["slug"],
            name=wanted["name"],
            origins=wanted["origins"],
            settings={**asdict(SiteSettings()), **wanted["settings"]},
            policy_version=1,
            created_at=self._clock(),
        )
        session.add(site)
        session.flush()
        first = Policy(note="The default policy.")
        add_policy_version(session, site, first, author.name, self._clock)
        note_admin(session, self._clock, author, "site_created", site.name, site.id)
        return site_view(site)


def _changed(before: SiteView, after: SiteView) -> dict[str, Any]:
    """Field to its value before and after."""
    old = {"name": before.name, "origins": list(before.origins), **before.settings}
    new = {"name": after.name, "origins": list(after.origins), **after.settings}
    return {name: [old[name], new[name]] for name in new if old[name] != new[name]}


def site_view(site: Site) -> SiteView:
    """A site as admins see it."""
    settings = asdict(SiteSettings(**site.settings))
    return SiteView(site.id, site.slug, site.name, tuple(site.origins), settings, site.created_at)


def _read(**wanted: Any) -> dict[str, Any]:
    """Check the given fields together.

    Raises:
        InvalidInput: naming each bad field.
    """
    faults: dict[str, list[str]] = {}
    values = dict(wanted)
    if "slug" in wanted and not _SLUG.fullmatch(wanted["slug"]):
        faults["slug"] = [
            "Lower-case letters, digits and hyphens only, 1 to 63, no hyphen at either end."
        ]
    if "name" in wanted:
        values["name"] = wanted["name"].strip()
        if not 1 <= len(values["name"]) <= NAME_MAX:
            faults["name"] = [f"Must have 1 to {NAME_MAX} characters."]
    if "origins" in wanted:
        values["origins"] = _read_origins(wanted["origins"], faults)
    faults |= site_settings.problems(wanted.get("settings", {}), languages())
    if faults:
        raise InvalidInput(faults)
    return values


def _read_origins(origins: list[str], faults: dict[str, list[str]]) -> list[str]:
    if not 1 <= len(origins) <= ORIGINS_MAX:
        faults["origins"] = [f"Must name 1 to {ORIGINS_MAX} origins such as https://news.example."]
        return []
    found = []
    for place, text in enumerate(origins):
        try:
            found.append(web_addresses.origin(text))
        except ValueError as error:
            faults[f"origins.{place}"] = [str(error)]
    return list(dict.fromkeys(found))
