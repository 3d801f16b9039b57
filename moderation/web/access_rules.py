"""Who may call a route: the rules by name, and the mark that a route carries.

Every route declares one of these; nothing is open because somebody forgot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from flask import Flask

from moderation.domain.principals import Principal, Role

AccessName = Literal["public", "any_token", "signed_in", "moderator", "admin"]


@dataclass(frozen=True)
class AccessRule:
    """Who may call.

    Attributes:
        name: as written in ``@access(...)``.
        who: the same for people.
        roles: roles that are let in.
        users_only: whether a person must be signed in, so that a token is not enough.
    """

    name: AccessName
    who: str
    roles: frozenset[Role]
    users_only: bool = False

    def admits(self, principal: Principal) -> bool:
        """Whether this caller may pass."""
        fits = not self.users_only or principal.kind == "user"
        return fits and principal.role in self.roles

    @property
    def is_public(self) -> bool:
        return "anonymous" in self.roles


_REVIEWERS: frozenset[Role] = frozenset({"moderator", "admin"})
_SITES: frozenset[Role] = _REVIEWERS | {"site"}
_ALL: frozenset[Role] = _SITES | {"anonymous"}

ACCESS_RULES: dict[AccessName, AccessRule] = {
    rule.name: rule
    for rule in (
        AccessRule("public", "anyone", _ALL),
        AccessRule("any_token", "any token, or a signed-in moderator or admin", _SITES),
        AccessRule("signed_in", "a signed-in moderator or admin", _REVIEWERS, users_only=True),
        AccessRule("moderator", "moderators and admins, signed in or by token", _REVIEWERS),
        AccessRule("admin", "admins, signed in or by token", frozenset({"admin"})),
    )
}


class DeclaredRoute(NamedTuple):
    """A route with its rule; ``access`` is None where the declaration is missing."""

    method: str
    rule: str
    endpoint: str
    access: str | None


def mark_access(view: Callable[..., Any], name: AccessName) -> Callable[..., Any]:
    """Write the rule on a view; the mark tells an outermost guard from a wrapped one."""
    view.access_rule = name  # type: ignore[attr-defined]
    view.access_guard = view  # type: ignore[attr-defined]
    return view


def require_access(view: Callable[..., Any]) -> None:
    """Refuse a view that is not guarded before everything else.

    Raises:
        TypeError: no ``access`` on it, or other decorators above it.
    """
    for part in _methods_of(view):
        if getattr(part, "access_guard", None) is not part:
            raise TypeError(f"{part.__qualname__}: access(...) must be its outermost decorator")


def declared_routes(app: Flask) -> Iterator[DeclaredRoute]:
    """Every route of the application with its rule, for a test to look through."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            part = view_for(view, method)
            declared = getattr(part, "access_rule", None)
            guards = getattr(part, "access_guard", None) is part
            yield DeclaredRoute(method, rule.rule, rule.endpoint, declared if guards else None)


def view_for(view: Callable[..., Any], method: str) -> Callable[..., Any]:
    """The function that handles a method: of a class-based view, or the view itself."""
    view_class = getattr(view, "view_class", None)
    return getattr(view_class, method.lower(), view) if view_class else view


def _methods_of(view: Callable[..., Any]) -> list[Callable[..., Any]]:
    methods = getattr(view, "methods", None)
    if isinstance(view, type) and methods:
        return [getattr(view, method.lower()) for method in methods]
    return [view]
