"""What admins call to make and revoke the tokens of programs."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from moderation.services.manage_tokens import TOKEN_ROLES
from moderation.services.views import TokenView
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Choice, Schema, Text
from moderation.web.api.idempotency import idempotency_key
from moderation.web.api.paging import PageQuery, one_page
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "tokens",
    __name__,
    url_prefix="/api/v1/tokens",
    description="For admins: credentials of programs.",
)


class TokenForm(Schema):
    """A token without its secret."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, metadata={"enum": list(TOKEN_ROLES)})
    sites = fields.List(fields.String(), required=True)
    created_by = fields.String(required=True)
    created_at = Timestamp(required=True)
    last_used_at = Timestamp(required=True, allow_none=True)
    revoked_at = Timestamp(required=True, allow_none=True)


class MadeToken(TokenForm):
    """A token just made: the only answer that shows it."""

    token = fields.String(required=True)


class NewToken(Schema):
    """A token to make."""

    role = Choice(TOKEN_ROLES, required=True)
    sites = fields.List(Text(max_length=63), load_default=list)
    name = Text(max_length=100, load_default=None, allow_none=True)


class TokenChange(Schema):
    """Another name."""

    name = Text(required=True, min_length=1, max_length=100)


class TokenList(Schema):
    """A part of the tokens."""

    items = fields.List(fields.Nested(TokenForm), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.route("", methods=["GET"])
@access("admin")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, TokenList)
@blueprint.problems(503)
def read_tokens(query: dict[str, Any]) -> dict[str, Any]:
    """All tokens, revoked ones included; their secrets are not shown."""
    return one_page("tokens", query["cursor"], query["limit"], services().tokens.page)


@blueprint.route("", methods=["POST"])
@access("admin")
@blueprint.arguments(NewToken)
@blueprint.response(201, MadeToken)
@blueprint.problems(409, 503)
def create_token(sent: dict[str, Any]) -> TokenView:
    """Make a token; this answer is the only one that shows it."""
    return services().tokens.create(
        current_principal(), sent["role"], sent["sites"], sent["name"], idempotency_key()
    )


@blueprint.route("/<token_id>", methods=["GET"])
@access("admin")
@blueprint.response(200, TokenForm)
@blueprint.problems(404, 503)
def read_token(token_id: str) -> TokenView:
    """One token, without its secret."""
    return services().tokens.get(token_id)


@blueprint.route("/<token_id>", methods=["PATCH"])
@access("admin")
@blueprint.arguments(TokenChange)
@blueprint.response(200, TokenForm)
@blueprint.problems(404, 503)
def rename_token(sent: dict[str, Any], token_id: str) -> TokenView:
    """Give a token another name."""
    return services().tokens.rename(current_principal(), token_id, sent["name"])


@blueprint.route("/<token_id>", methods=["DELETE"])
@access("admin")
@blueprint.response(204)
@blueprint.problems(404, 503)
def revoke_token(token_id: str) -> None:
    """Revoke a token: from now on it opens nothing."""
    services().tokens.revoke(current_principal(), token_id)
