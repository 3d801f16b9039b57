"""Whose credential is this?"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast

from models import ApiToken, User
from moderation.domain.principals import Principal, Role
from moderation.errors import InvalidInput, Unauthenticated, Unavailable
from moderation.services.clock import Clock
from moderation.services.passwords import hash_password, verify_password
from moderation.storage import people
from moderation.storage.unit_of_work import Store

_USE_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class SignedIn:
    """A person with a valid session.

    Attributes:
        stamp: lies in the session cookie; changes when the password does.
        sites: slugs of the sites that a moderator reviews.
    """

    principal: Principal
    email: str
    stamp: str
    sites: tuple[str, ...]


def secret_key_of(token: str) -> str:
    """What is stored of an API token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def principal_of(row: User | ApiToken, kind: Literal["user", "token"]) -> Principal:
    """The caller behind a row."""
    site_ids = frozenset(site.id for site in row.sites)
    return Principal(kind, row.id, row.name, cast(Role, row.role), site_ids)


class Authenticate:
    """Checks tokens, passwords and sessions."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def by_token(self, token: str) -> Principal | None:
        """The program behind a token, or None."""
        with self._store.read() as session:
            row = people.token_by_secret(session, secret_key_of(token))
            if row is None:
                return None
            principal, last = principal_of(row, "token"), row.last_used_at
        if last is None or self._clock() - last > _USE_NOTED_EVERY:
            self._note_use(row.id)
        return principal

    def by_password(self, email: str, password: str) -> SignedIn:
        """The person with this address and password.

        Raises:
            Unauthenticated: code ``bad_credentials``, whatever was wrong.
        """
        with self._store.read() as session:
            user = people.user_by_email(session, email.strip().casefold())
            if not verify_password(user.password_hash if user else None, password):
                user = None
            if user is None or not user.active:
                raise Unauthenticated("Wrong email or password.", code="bad_credentials")
            return _signed_in(user)

    def by_session(self, user_id: str, stamp: str) -> SignedIn | None:
        """The person behind a session cookie, or None when it is no longer good."""
        with self._store.read() as session:
            user = people.user(session, user_id)
            if user is None or not user.active or not secrets.compare_digest(user.stamp, stamp):
                return None
            return _signed_in(user)

    def change_password(self, user_id: str, current: str, new: str) -> str:
        """Set a new password and end all other sessions.

        Returns:
            the stamp for the caller's session.

        Raises:
            InvalidInput: the current password is wrong, or the new one too short.
        """
        with self._store.read() as session:
            user = people.user(session, user_id)
            if user is None or not verify_password(user.password_hash, current):
                raise InvalidInput({"current": ["This is not your present password."]})
        hashed = hash_password(new, field="new")
        with self._store.write() as session:
            user = people.user(session, user_id)
            if user is None:
                raise Unauthenticated("This account is gone.")
            user.password_hash, user.stamp = hashed, secrets.token_hex(16)
            return user.stamp

    def _note_use(self, token_id: str) -> None:
        try:
            with self._store.write() as session:
                row = people.token(session, token_id)
                if row is not None:
                    row.last_used_at = self._clock()
        except Unavailable:
            # When it was last used is a convenience; the request itself may still succeed.
            return


def _signed_in(user: User) -> SignedIn:
    slugs = tuple(sorted(site.slug for site in user.sites))
    return SignedIn(principal_of(user, "user"), user.email, user.stamp, slugs)
