"""Where an admin begins: the sites, a new one, and the list of what admins did."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.errors import Conflict, InvalidInput
from moderation.web.api.paging import one_page
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields, lines_of

blueprint = Blueprint("admin_pages", __name__)

_SHOWN = 50


@blueprint.get("/admin")
@access("admin")
def show_sites() -> str:
    """The sites by their names in addresses, a page of them at a time."""
    return _sites({}, {})


@blueprint.post("/admin/sites")
@access("admin")
def add_site() -> BaseResponse | tuple[str, int]:
    """Make a site with the default policy."""
    sent = form_fields()
    slug, name = sent.get("slug", "").strip(), sent.get("name", "")
    try:
        services().sites.create(current_principal(), slug, name, lines_of(sent, "origins"))
    except InvalidInput as error:
        return _sites(sent, error.fields), 422
    except Conflict as error:
        return _sites(sent, {"slug": [error.message]}), 409
    flash(f"{name.strip()} takes comments now.", "accent")
    return redirect(f"/admin/sites/{slug}", 303)


@blueprint.get("/admin/log")
@access("admin")
def show_log() -> str:
    """Who did what, newest first."""
    read = partial(services().admin_log, current_principal(), request.args.get("site"))
    found = one_page("admin-log", request.args.get("cursor"), _SHOWN, read)
    return render_template(
        "review/admin_log.html",
        section="admin",
        acts=found["items"],
        site=request.args.get("site"),
        next_cursor=found["next_cursor"],
    )


def _sites(sent: Mapping[str, str], faults: Mapping[str, Any]) -> str:
    cursor = request.args.get("cursor")
    found = one_page("sites", cursor, _SHOWN, services().sites.page, key="slug")
    return render_template(
        "review/admin.html",
        section="admin",
        sites=found["items"],
        troubled=services().webhooks.troubled(),
        next_cursor=found["next_cursor"],
        sent=sent,
        faults={name.split(".")[0]: said for name, said in faults.items()},
    )
