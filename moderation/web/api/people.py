"""What admins call to keep the list of people who sign in."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from moderation.services.manage_people import USER_ROLES, NewUser
from moderation.services.passwords import PASSWORD_MAX, PASSWORD_MIN
from moderation.services.views import UserView
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Choice, Schema, StrictBoolean, Text
from moderation.web.api.idempotency import idempotency_key
from moderation.web.api.paging import PageQuery, one_page
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "users", __name__, url_prefix="/api/v1/users", description="For admins: who may sign in."
)


class UserForm(Schema):
    """A person who signs in."""

    id = fields.String(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, metadata={"enum": list(USER_ROLES)})
    sites = fields.List(fields.String(), required=True)
    active = fields.Boolean(required=True)
    created_at = Timestamp(required=True)


class UserChange(Schema):
    """Fields to change; one that is left out keeps its value."""

    name = Text(min_length=1, max_length=100)
    role = Choice(USER_ROLES)
    sites = fields.List(Text(max_length=63))
    active = StrictBoolean()
    password = Text(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX, strip=False)


class NewUserForm(Schema):
    """A person to add."""

    email = Text(required=True, min_length=1, max_length=254)
    password = Text(required=True, min_length=PASSWORD_MIN, max_length=PASSWORD_MAX, strip=False)
    role = Choice(USER_ROLES, required=True)
    sites = fields.List(Text(max_length=63), load_default=list)
    name = Text(max_length=100, load_default=None, allow_none=True)


class UserList(Schema):
    """A part of the people."""

    items = fields.List(fields.Nested(UserForm), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.route("", methods=["GET"])
@access("admin")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, UserList)
@blueprint.problems(503)
def read_users(query: dict[str, Any]) -> dict[str, Any]:
    """Everyone who may sign in."""
    return one_page("users", query["cursor"], query["limit"], services().people.page)


@blueprint.route("", methods=["POST"])
@access("admin")
@blueprint.arguments(NewUserForm)
@blueprint.response(201, UserForm)
@blueprint.problems(409, 503)
def create_user(sent: dict[str, Any]) -> UserView:
    """Add a moderator or an admin."""
    wanted = NewUser(**{**sent, "sites": tuple(sent["sites"])})
    return services().people.create(current_principal(), wanted, idempotency_key())


@blueprint.route("/<user_id>", methods=["GET"])
@access("admin")
@blueprint.response(200, UserForm)
@blueprint.problems(404, 503)
def read_user(user_id: str) -> UserView:
    """One person."""
    return services().people.get(user_id)


@blueprint.route("/<user_id>", methods=["PATCH"])
@access("admin")
@blueprint.arguments(UserChange)
@blueprint.response(200, UserForm)
@blueprint.problems(404, 409, 503)
def change_user(sent: dict[str, Any], user_id: str) -> UserView:
    """Change a person's name, role, sites, password, or shut them out; their sessions end."""
    return services().people.change(current_principal(), user_id, sent)


@blueprint.route("/<user_id>", methods=["DELETE"])
@access("admin")
@blueprint.response(204)
@blueprint.problems(404, 409, 503)
def remove_user(user_id: str) -> None:
    """Remove a person; what they decided keeps their name."""
    services().people.remove(current_principal(), user_id)
