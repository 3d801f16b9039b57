"""What admins call to see what admins did."""

from __future__ import annotations

from functools import partial
from typing import Any

from marshmallow import fields

from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Schema, Text
from moderation.web.api.paging import PageQuery, one_page
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "admin_log",
    __name__,
    url_prefix="/api/v1/admin-log",
    description="For admins: who changed what, and when.",
)


class AdminActForm(Schema):
    """One action."""

    id = fields.String(required=True)
    at = Timestamp(required=True)
    by = fields.String(required=True)
    action = fields.String(required=True)
    site = fields.String(required=True, allow_none=True)
    subject = fields.String(required=True)
    detail = fields.Dict(keys=fields.String(), required=True)


class AdminActList(Schema):
    """Actions, newest first."""

    items = fields.List(fields.Nested(AdminActForm), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class AdminActQuery(PageQuery):
    """Of which site, and which part."""

    site = Text(load_default=None, max_length=63)


@blueprint.route("", methods=["GET"])
@access("admin")
@blueprint.arguments(AdminActQuery, location="query")
@blueprint.response(200, AdminActList)
@blueprint.problems(404, 503)
def read_admin_log(query: dict[str, Any]) -> dict[str, Any]:
    """Every action on sites, policies, people, tokens and reasons."""
    read = partial(services().admin_log, current_principal(), query["site"])
    return one_page("admin-log", query["cursor"], query["limit"], read)
