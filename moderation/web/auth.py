"""Who is calling, and may they: checked before path values and body are looked at.

Sessions are Flask's signed cookie holding a user id and a stamp that changes with the
password. Flask-Login is left out: with a token as the other credential, one function
that resolves both is shorter than a user class and a loader that know only one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from moderation.domain.principals import ANONYMOUS, Principal
from moderation.errors import Forbidden, NotFound, Unauthenticated
from moderation.web.access_rules import (
    ACCESS_RULES,
    AccessName,
    AccessRule,
    mark_access,
)
from moderation.web.api.fields import UNSTORABLE
from moderation.web.api.request_parser import CSRF_FIELD, body_fields
from moderation.web.context import SignedIn, services

View = TypeVar("View", bound=Callable[..., Any])

CSRF_HEADER = "X-CSRFToken"
SESSION_COOKIE = "moderation_session"
_SESSION_HOURS = 12
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,512})", re.IGNORECASE)


def install_auth(app: Flask, *, secure: bool) -> None:
    """Configure the session cookie and CSRF tokens.

    Args:
        app: the application, with its secret key.
        secure: whether the service is reached over https.
    """
    app.config.update(
        SESSION_COOKIE_NAME=SESSION_COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=_SESSION_HOURS),
        # The 12 hours run from the log-in, not from the last click.
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_FIELD_NAME=CSRF_FIELD,
        # A CSRF token lives as long as the session that it is tied to.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.globals["csrf_token"] = generate_csrf


def access(name: AccessName) -> Callable[[View], View]:
    """Declare who may call a view; must be its outermost decorator, below the route.

    Args:
        name: a key of ``ACCESS_RULES``.
    """
    rule = ACCESS_RULES[name]

    def decorator(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            _admit(rule)
            _refuse_unstorable(kwargs)
            return current_app.ensure_sync(view)(*args, **kwargs)

        documented = {**deepcopy(getattr(view, "_apidoc", {})), "access": name}
        guarded._apidoc = documented  # type: ignore[attr-defined]
        return cast(View, mark_access(guarded, name))

    return decorator


def current_principal() -> Principal:
    """The caller whom ``access`` let in."""
    return cast(Principal, g.principal)


def current_signed_in() -> SignedIn:
    """The person behind the session; for routes with ``access("signed_in")``."""
    return cast(SignedIn, g.signed_in)


def start_session(signed_in: SignedIn) -> str:
    """Begin a session in this browser and drop whatever it held before.

    Returns:
        The CSRF token to send with every change.
    """
    session.clear()
    # Flask-WTF keeps the token it made earlier in this request, for the old session.
    g.pop(CSRF_FIELD, None)
    session.permanent = True
    session["user_id"] = signed_in.principal.id
    session["stamp"] = signed_in.stamp
    return str(generate_csrf())


def renew_session(stamp: str) -> None:
    """Keep this session when the password has changed; all others end."""
    session["stamp"] = stamp


def end_session() -> None:
    """Forget the session in this browser."""
    session.clear()


def _admit(rule: AccessRule) -> None:
    """Resolve the credential and hold it against the rule.

    Raises:
        Unauthenticated: no credential where one is needed, or one that is not known.
        Forbidden: a good credential that may not do this, or no CSRF token.
    """
    g.credential = g.signed_in = None
    g.principal = principal = _resolve(rule)
    if not rule.admits(principal):
        if principal is ANONYMOUS:
            raise Unauthenticated("Sign in, or send a token.")
        raise Forbidden(f"This is for {rule.who}.")
    if g.credential == "session" and request.method not in _SAFE_METHODS:
        _check_csrf()


def _resolve(rule: AccessRule) -> Principal:
    header = request.headers.get("Authorization")
    if header is not None:
        return _by_token(header)
    # On public routes the cookie gives nobody more than a stranger has, so it is not
    # read: a signed-in moderator can comment on a page without a CSRF token.
    if rule.is_public:
        return ANONYMOUS
    return _by_session()


def _by_token(header: str) -> Principal:
    given = _BEARER.fullmatch(header.strip())
    principal = services().authenticate.by_token(given[1]) if given else None
    if principal is None:
        raise Unauthenticated("This token is not known, or it has been revoked.")
    g.credential = "token"
    return principal


def _by_session() -> Principal:
    user_id, stamp = session.get("user_id"), session.get("stamp")
    if not isinstance(user_id, str) or not isinstance(stamp, str):
        return ANONYMOUS
    signed_in = services().authenticate.by_session(user_id, stamp)
    if signed_in is None:
        session.clear()
        return ANONYMOUS
    g.credential = "session"
    g.signed_in = signed_in
    return signed_in.principal


def _check_csrf() -> None:
    given = request.headers.get(CSRF_HEADER) or body_fields(request).get(CSRF_FIELD)
    try:
        validate_csrf(given)
    except (ValidationError, ValueError):
        message = f"Send the CSRF token of this session as {CSRF_HEADER}."
        raise Forbidden(message, code="csrf") from None


def _refuse_unstorable(path_values: dict[str, Any]) -> None:
    """No stored name holds NUL or a lone surrogate, and some stores fail on the question."""
    for value in path_values.values():
        if isinstance(value, str) and UNSTORABLE.search(value):
            raise NotFound("There is nothing at this address.")
