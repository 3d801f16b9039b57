"""Moderators and admins: adding, changing, shutting out."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from models import Site, User
from moderation.domain.ids import is_id, new_id
from moderation.domain.principals import Principal
from moderation.domain.submission import clean_name
from moderation.errors import Conflict, InvalidInput, NotFound
from moderation.services.admin_log import note_admin
from moderation.services.clock import Clock
from moderation.services.email_address import check_email
from moderation.services.once import once_key, write_once
from moderation.services.passwords import hash_password
from moderation.services.views import UserView
from moderation.storage import people, sites
from moderation.storage.unit_of_work import Store, lock

USER_ROLES: Final = ("moderator", "admin")


@dataclass(frozen=True)
class NewUser:
    """A person to add; ``sites`` are slugs."""

    email: str
    password: str
    role: str
    sites: tuple[str, ...] = ()
    name: str | None = None


class ManagePeople:
    """Keeps the list of people who sign in."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def create(self, author: Principal, wanted: NewUser, key: str | None = None) -> UserView:
        """Add a person.

        Raises:
            InvalidInput: naming each bad field.
            Conflict: ``user_exists``.
        """
        email, email_key = _checked("email", lambda: check_email(wanted.email))
        name = _checked("name", lambda: clean_name(wanted.name or email.split("@")[0][:100]))
        if wanted.role not in USER_ROLES:
            raise InvalidInput({"role": [f"Must be one of: {', '.join(USER_ROLES)}."]})
        row = User(
            id=new_id(),
            email=email,
            email_key=email_key,
            name=name,
            password_hash=hash_password(wanted.password),
            stamp=secrets.token_hex(16),
            role=wanted.role,
            active=True,
            created_at=self._clock(),
        )
        request = [email_key, wanted.role, sorted(wanted.sites), name]
        once = once_key(author, "create-user", key, request) if key else None
        return write_once(
            self._store,
            self._clock,
            once,
            lambda session: self._add(session, author, row, wanted.sites),
            lambda view: {"id": view.id},
            lambda kept: self.get(kept["id"]),
        )

    def get(self, user_id: str) -> UserView:
        """One person.

        Raises:
            NotFound: there is none.
        """
        with self._store.read() as session:
            return user_view(_found(session, user_id))

    def page(self, after: str | None, limit: int) -> tuple[UserView, ...]:
        """People in the order in which they were added."""
        with self._store.read() as session:
            return tuple(user_view(row) for row in people.users(session, after, limit))

    def change(self, author: Principal, user_id: str, wanted: Mapping[str, Any]) -> UserView:
        """Change some of name, role, sites, active and password; sessions end.

        Raises:
            NotFound: no such person.
            InvalidInput: naming each bad field.
            Conflict: ``last_admin``.
        """
        with self._store.write() as session:
            lock(session, "users")
            user = _found(session, user_id)
            admins = people.active_admins(session)
            if "role" in wanted and wanted["role"] not in USER_ROLES:
                raise InvalidInput({"role": [f"Must be one of: {', '.join(USER_ROLES)}."]})
            if "sites" in wanted:
                user.sites = named_sites(session, wanted["sites"])
            if "password" in wanted:
                user.password_hash = hash_password(wanted["password"])
            if "name" in wanted:
                user.name = _checked("name", lambda: clean_name(wanted["name"]))
            user.role = wanted.get("role", user.role)
            user.active = wanted.get("active", user.active)
            user.stamp = secrets.token_hex(16)
            _keep_an_admin(session, admins)
            changed = {"changed": sorted(wanted)}
            note_admin(session, self._clock, author, "user_changed", user.name, detail=changed)
            return user_view(user)

    def remove(self, author: Principal, user_id: str) -> None:
        """Remove a person; their decisions keep their name.

        Raises:
            NotFound: no such person.
            Conflict: ``last_admin``.
        """
        with self._store.write() as session:
            lock(session, "users")
            user, admins = _found(session, user_id), people.active_admins(session)
            session.delete(user)
            _keep_an_admin(session, admins)
            note_admin(session, self._clock, author, "user_removed", user.name)

    def _add(
        self, session: Session, author: Principal, row: User, slugs: Iterable[str]
    ) -> UserView:
        lock(session, "user", row.email_key)
        if people.user_by_email(session, row.email_key) is not None:
            raise Conflict("Somebody with this address is already there.", code="user_exists")
        row.sites = named_sites(session, slugs)
        session.add(row)
        session.flush()
        view = user_view(row)
        given = {"role": view.role, "sites": list(view.sites)}
        note_admin(session, self._clock, author, "user_added", view.name, detail=given)
        return view


def _checked(field: str, read: Any) -> Any:
    try:
        return read()
    except ValueError as error:
        raise InvalidInput({field: [str(error)]}) from None


def _found(session: Session, user_id: str) -> User:
    user = people.user(session, user_id) if is_id(user_id) else None
    if user is None:
        raise NotFound("No such user.")
    return user


def _keep_an_admin(session: Session, before: int) -> None:
    """Refuse a change after which nobody could sign in as an admin any more."""
    session.flush()
    if before and not people.active_admins(session):
        raise Conflict("The last admin must stay one.", code="last_admin")


def named_sites(session: Session, slugs: Iterable[str]) -> list[Site]:
    """The sites of these slugs.

    Raises:
        InvalidInput: naming a slug that there is no site for.
    """
    wanted = list(dict.fromkeys(slugs))
    found = sites.by_slugs(session, wanted)
    missing = sorted(set(wanted) - {site.slug for site in found})
    if missing:
        raise InvalidInput({"sites": [f"No such site: {', '.join(missing)}."]})
    return list(found)


def user_view(user: User) -> UserView:
    """A person as admins see them."""
    slugs = tuple(sorted(site.slug for site in user.sites))
    return UserView(user.id, user.email, user.name, user.role, slugs, user.active, user.created_at)


def new_password() -> str:
    """A password for a person who will change it: 20 letters and digits, easy to copy."""
    alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(4))
