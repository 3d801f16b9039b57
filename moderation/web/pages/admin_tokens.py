"""The page of programs' tokens: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.errors import InvalidInput
from moderation.services.manage_tokens import TOKEN_ROLES
from moderation.services.views import TokenView
from moderation.web.api.paging import one_page
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields, picked

blueprint = Blueprint("admin_token_pages", __name__)

_SHOWN = 50
_SITES = 200


@blueprint.get("/admin/tokens")
@access("admin")
def show_tokens() -> str:
    """All tokens, revoked ones included; their secrets are not shown."""
    return _page({}, {})


@blueprint.post("/admin/tokens")
@access("admin")
def make_token() -> str | tuple[str, int]:
    """Make a token and show it, once: a repeated request would make another."""
    sent = form_fields()
    try:
        made = services().tokens.create(
            current_principal(), sent.get("role", ""), picked(sent, "site"), sent.get("name")
        )
    except InvalidInput as error:
        return _page(sent, error.fields), 422
    return _page({}, {}, made)


@blueprint.post("/admin/tokens/<token_id>/revoke")
@access("admin")
def revoke_token(token_id: str) -> BaseResponse:
    """End a token: from now on it opens nothing."""
    services().tokens.revoke(current_principal(), token_id)
    flash("Revoked.", "accent")
    return redirect("/admin/tokens", 303)


def _page(sent: Mapping[str, str], faults: Mapping[str, Any], made: TokenView | None = None) -> str:
    found = one_page("tokens", request.args.get("cursor"), _SHOWN, services().tokens.page)
    return render_template(
        "review/admin_tokens.html",
        section="admin",
        tokens=found["items"],
        sites=services().sites.page(None, _SITES),
        roles=TOKEN_ROLES,
        sent=sent,
        faults={name.split(".")[0]: said for name, said in faults.items()},
        made=made,
        next_cursor=found["next_cursor"],
    )
