"""Log-in, log-out and password of the people who review.

Log-in takes JSON only: a foreign page cannot send that without a preflight, which is
not answered, so it cannot sign somebody in under another name.
"""

from __future__ import annotations

from typing import Any

from flask_wtf.csrf import generate_csrf
from marshmallow import fields

from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Schema, Text
from moderation.web.auth import (
    access,
    current_signed_in,
    end_session,
    renew_session,
    start_session,
)
from moderation.web.context import SignedIn, services
from moderation.web.limits import LOG_IN_PER_ACCOUNT, LOG_IN_PER_CLIENT, limited, spend

blueprint = Blueprint(
    "session",
    __name__,
    url_prefix="/api/v1/session",
    description="Sign in and out with a password.",
)

_PASSWORD_MIN = 12
_PASSWORD_MAX = 1024


class Credentials(Schema):
    """What a person signs in with."""

    email = Text(required=True, min_length=1, max_length=254)
    password = Text(required=True, min_length=1, max_length=_PASSWORD_MAX, strip=False)


class PasswordChange(Schema):
    """The present password, and the one to have."""

    current = Text(required=True, min_length=1, max_length=_PASSWORD_MAX, strip=False)
    new = Text(required=True, min_length=_PASSWORD_MIN, max_length=_PASSWORD_MAX, strip=False)


class User(Schema):
    """The person who is signed in."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    role = fields.String(required=True, metadata={"enum": ["moderator", "admin"]})
    sites = fields.List(fields.String(), required=True, metadata={"description": "Slugs."})


class Session(Schema):
    """Who is signed in, and the token that changes need."""

    user = fields.Nested(User, required=True)
    csrf_token = fields.String(
        required=True, metadata={"description": "Send it as X-CSRFToken with every change."}
    )


@blueprint.route("", methods=["POST"])
@access("public")
@limited(LOG_IN_PER_CLIENT)
@blueprint.arguments(Credentials)
@blueprint.response(200, Session)
@blueprint.problems(401, 429)
def sign_in(credentials: dict[str, str]) -> dict[str, Any]:
    """Sign in; sets the session cookie.

    An unknown email and a wrong password are answered alike (bad_credentials).
    """
    spend(LOG_IN_PER_ACCOUNT, credentials["email"].casefold())
    signed_in = services().authenticate.by_password(**credentials)
    return _session_of(signed_in, start_session(signed_in))


@blueprint.route("", methods=["GET"])
@access("signed_in")
@blueprint.response(200, Session)
def read_session() -> dict[str, Any]:
    """Who is signed in in this browser."""
    return _session_of(current_signed_in(), str(generate_csrf()))


@blueprint.route("", methods=["DELETE"])
@access("signed_in")
@blueprint.response(204)
def sign_out() -> None:
    """Sign out of this browser."""
    end_session()


@blueprint.route("/password", methods=["POST"])
@access("signed_in")
@limited(LOG_IN_PER_CLIENT)
@blueprint.arguments(PasswordChange)
@blueprint.response(204)
@blueprint.problems(429)
def change_password(passwords: dict[str, str]) -> None:
    """Change one's own password; every other session of this person ends."""
    signed_in = current_signed_in()
    spend(LOG_IN_PER_ACCOUNT, signed_in.email.casefold())
    user_id = signed_in.principal.id
    renew_session(services().authenticate.change_password(user_id, **passwords))


def _session_of(signed_in: SignedIn, csrf_token: str) -> dict[str, Any]:
    principal = signed_in.principal
    user = {
        "id": principal.id,
        "name": principal.name,
        "email": signed_in.email,
        "role": principal.role,
        "sites": list(signed_in.sites),
    }
    return {"user": user, "csrf_token": csrf_token}
