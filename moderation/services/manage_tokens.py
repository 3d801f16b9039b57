"""Tokens of programs: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from models import ApiToken
from moderation.domain.ids import is_id, new_id
from moderation.domain.principals import Principal
from moderation.domain.submission import clean_name
from moderation.errors import InvalidInput, NotFound
from moderation.services.admin_log import note_admin
from moderation.services.authenticate import secret_key_of
from moderation.services.clock import Clock
from moderation.services.manage_people import named_sites
from moderation.services.once import once_key, write_once
from moderation.services.receipts import keyed_secret
from moderation.services.views import TokenView
from moderation.storage import people
from moderation.storage.unit_of_work import Store

TOKEN_ROLES: Final = ("site", "moderator", "admin")


class ManageTokens:
    """Keeps the list of tokens.

    A token is an HMAC of its id, so that a repeated request can be given it again though
    only its hash is stored.

    Args:
        secret_key: the service's secret.
    """

    def __init__(self, store: Store, clock: Clock, secret_key: str) -> None:
        self._store = store
        self._clock = clock
        self._secret = secret_key.encode()

    def create(
        self,
        author: Principal,
        role: str,
        slugs: Sequence[str],
        name: str | None = None,
        key: str | None = None,
    ) -> TokenView:
        """Make a token; the view that is returned is the only one that shows it.

        Raises:
            InvalidInput: naming each bad field.
        """
        _check_role(role, slugs)
        try:
            label = clean_name(name or f"{role} token")
        except ValueError as error:
            raise InvalidInput({"name": [str(error)]}) from None
        request = [role, sorted(slugs), label]
        once = once_key(author, "create-token", key, request) if key else None
        view = write_once(
            self._store,
            self._clock,
            once,
            lambda session: self._add(session, author, role, slugs, label),
            lambda made: {"id": made.id},
            lambda kept: self.get(kept["id"]),
        )
        return replace(view, token=self._token(view.id))

    def get(self, token_id: str) -> TokenView:
        """One token, without its secret.

        Raises:
            NotFound: there is none.
        """
        with self._store.read() as session:
            return token_view(_found(session, token_id))

    def page(self, after: str | None, limit: int) -> tuple[TokenView, ...]:
        """Tokens in the order in which they were made, revoked ones included."""
        with self._store.read() as session:
            return tuple(token_view(row) for row in people.tokens(session, after, limit))

    def rename(self, author: Principal, token_id: str, name: str) -> TokenView:
        """Give a token another name.

        Raises:
            NotFound: there is none.
            InvalidInput: the name is empty or too long.
        """
        try:
            label = clean_name(name)
        except ValueError as error:
            raise InvalidInput({"name": [str(error)]}) from None
        with self._store.write() as session:
            row = _found(session, token_id)
            before, row.name = row.name, label
            detail = {"before": before}
            note_admin(session, self._clock, author, "token_renamed", label, detail=detail)
            return token_view(row)

    def revoke(self, author: Principal, token_id: str) -> None:
        """End a token; revoking it again changes nothing.

        Raises:
            NotFound: there is none.
        """
        with self._store.write() as session:
            row = _found(session, token_id)
            if row.revoked_at is None:
                row.revoked_at = self._clock()
                note_admin(session, self._clock, author, "token_revoked", row.name)

    def _token(self, token_id: str) -> str:
        return f"mod_{keyed_secret(self._secret, f'token:{token_id}')}"

    def _add(
        self, session: Session, author: Principal, role: str, slugs: Sequence[str], name: str
    ) -> TokenView:
        token_id = new_id()
        row = ApiToken(
            id=token_id,
            name=name,
            secret_key=secret_key_of(self._token(token_id)),
            role=role,
            created_by=author.name,
            created_at=self._clock(),
            sites=named_sites(session, slugs),
        )
        session.add(row)
        session.flush()
        view = token_view(row)
        given = {"role": role, "sites": list(view.sites)}
        note_admin(session, self._clock, author, "token_made", name, detail=given)
        return view


def _check_role(role: str, slugs: Sequence[str]) -> None:
    if role not in TOKEN_ROLES:
        raise InvalidInput({"role": [f"Must be one of: {', '.join(TOKEN_ROLES)}."]})
    if role == "site" and len(set(slugs)) != 1:
        raise InvalidInput({"sites": ["A site token is for exactly one site."]})
    if role == "moderator" and not slugs:
        raise InvalidInput({"sites": ["A moderator token needs at least one site."]})


def _found(session: Session, token_id: str) -> ApiToken:
    row = people.token(session, token_id) if is_id(token_id) else None
    if row is None:
        raise NotFound("No such token.")
    return row


def token_view(row: ApiToken) -> TokenView:
    """A token as admins see it."""
    return TokenView(
        id=row.id,
        name=row.name,
        role=row.role,
        sites=tuple(sorted(site.slug for site in row.sites)),
        created_by=row.created_by,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
