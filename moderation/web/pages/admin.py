"""Where an admin begins: the sites, and what can be set for each on a page."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from moderation.web.api.cursors import make_cursor, read_cursor
from moderation.web.auth import access
from moderation.web.context import services

blueprint = Blueprint("admin_pages", __name__)

_SHOWN = 50


@blueprint.get("/admin")
@access("admin")
def show_sites() -> str:
    """The sites by their names in addresses, a page of them at a time."""
    after = read_cursor(request.args.get("cursor"), "sites", (str,))
    views = services().sites.page(after[0] if after else None, _SHOWN + 1)
    last = [views[_SHOWN - 1].slug] if len(views) > _SHOWN else None
    return render_template(
        "review/admin.html",
        section="admin",
        sites=views[:_SHOWN],
        troubled=services().webhooks.troubled(),
        next_cursor=make_cursor("sites", last),
    )
