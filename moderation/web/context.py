"""How the web reaches the rest: the services of the running application.

The Protocols name the parts of the services that this package itself relies on, so
that they can be faked in a test with a few lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, cast

from flask import current_app

from moderation.domain.principals import Principal

if TYPE_CHECKING:
    from moderation.services.catalogue import Services


class SignedIn(Protocol):
    """A person whose password or session has been checked."""

    @property
    def principal(self) -> Principal: ...
    @property
    def email(self) -> str: ...
    @property
    def stamp(self) -> str: ...
    @property
    def sites(self) -> Sequence[str]: ...


class Authenticate(Protocol):
    """Who is behind a credential.

    ``by_password`` and ``change_password`` raise ``Unauthenticated`` with the code
    ``bad_credentials``; the other two answer None for what they do not know.
    """

    def by_token(self, token: str) -> Principal | None: ...
    def by_password(self, email: str, password: str) -> SignedIn: ...
    def by_session(self, user_id: str, stamp: str) -> SignedIn | None: ...
    def change_password(self, user_id: str, current: str, new: str) -> str: ...


class Readiness(Protocol):
    """Whether each part can do its work: (part, ok, detail)."""

    def check(self) -> Iterable[tuple[str, bool, str]]: ...


def services() -> Services:
    """The services of the application that handles this request."""
    return cast("Services", current_app.extensions["moderation"])
