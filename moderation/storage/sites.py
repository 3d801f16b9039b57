"""Queries of sites, their pages and their policies."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Page, PolicyVersion, Site
from moderation.domain.ids import new_id

# Statements of every submission are put together once: that takes longer than running them.
_BY_SLUG = select(Site).where(Site.slug == bindparam("slug"))
_PAGE = select(Page).where(Page.site_id == bindparam("site"), Page.url_key == bindparam("key"))
_POLICY = select(PolicyVersion).where(
    PolicyVersion.site_id == bindparam("site"), PolicyVersion.version == bindparam("version")
)


def by_slug(session: Session, slug: str) -> Site | None:
    """The site of that name in addresses."""
    return session.scalar(_BY_SLUG, {"slug": slug})


def by_slugs(session: Session, slugs: Iterable[str]) -> Sequence[Site]:
    """The sites among these names that exist."""
    return session.scalars(select(Site).where(Site.slug.in_(list(slugs)))).all()


def by_ids(session: Session, ids: Iterable[str]) -> dict[str, Site]:
    """Sites by id."""
    return {site.id: site for site in session.scalars(select(Site).where(Site.id.in_(list(ids))))}


def every(session: Session) -> Sequence[Site]:
    """All sites."""
    return session.scalars(select(Site)).all()


def page_of_sites(session: Session, after: str | None, limit: int) -> Sequence[Site]:
    """Sites in the order of their slugs, after a given one."""
    query = select(Site).order_by(Site.slug).limit(limit)
    return session.scalars(query.where(Site.slug > after) if after else query).all()


def url_key(url: str) -> str:
    """Fixed-length key of a page's address."""
    return hashlib.sha256(url.encode()).hexdigest()


def find_page(session: Session, site_id: str, url: str) -> Page | None:
    """The page at a normalised address."""
    return session.scalar(_PAGE, {"site": site_id, "key": url_key(url)})


def find_pages(session: Session, site_id: str, urls: Iterable[str]) -> dict[str, Page]:
    """Pages by normalised address, of those that have had a comment."""
    keys = [url_key(url) for url in urls]
    query = select(Page).where(Page.site_id == site_id, Page.url_key.in_(keys))
    return {page.url: page for page in session.scalars(query)}


def ensure_page(session: Session, site_id: str, url: str, title: str | None, now: datetime) -> Page:
    """The page at an address, made if this is its first comment."""
    page = find_page(session, site_id, url)
    if page is None:
        insert = (
            postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        )
        values: dict[str, Any] = {
            "id": new_id(),
            "site_id": site_id,
            "url": url,
            "url_key": url_key(url),
            "title": title,
            "created_at": now,
            "closed": False,
        }
        session.execute(
            insert(Page)
            .values(values)
            .on_conflict_do_nothing(index_elements=["site_id", "url_key"])
        )
        page = find_page(session, site_id, url)
        assert page is not None
    if page.title is None and title:
        page.title = title
    return page


def close_pages(session: Session, site_id: str, urls: Collection[str]) -> int:
    """Have these pages take no more comments; how many did before."""
    if not urls:
        return 0
    keys = [url_key(url) for url in urls]
    closing = (
        update(Page)
        .where(Page.site_id == site_id, Page.url_key.in_(keys), Page.closed.is_(False))
        .values(closed=True)
        .returning(Page.id)
    )
    return len(session.scalars(closing).all())


def policy_row(session: Session, site_id: str, version: int) -> PolicyVersion | None:
    """One version of a site's policy."""
    return session.scalar(_POLICY, {"site": site_id, "version": version})


def policy_versions(
    session: Session, site_id: str, before: int | None, limit: int
) -> Sequence[PolicyVersion]:
    """Versions of a site's policy, newest first, older than ``before``."""
    query = (
        select(PolicyVersion)
        .where(PolicyVersion.site_id == site_id)
        .order_by(PolicyVersion.version.desc())
        .limit(limit)
    )
    return session.scalars(
        query.where(PolicyVersion.version < before) if before is not None else query
    ).all()


def word_lists(session: Session, site_id: str) -> dict[int, dict[str, list[str]]]:
    """The word lists of each version of a site's policy."""
    rows = session.execute(
        select(PolicyVersion.version, PolicyVersion.rules).where(PolicyVersion.site_id == site_id)
    )
    names = ("suspect_words", "blocked_words")
    return {version: {name: rules[name] for name in names} for version, rules in rows}
