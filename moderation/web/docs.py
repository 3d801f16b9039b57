"""The documentation for people at ``/docs``: the OpenAPI document, written out."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_smorest import current_api

from moderation.web.access_rules import ACCESS_RULES
from moderation.web.auth import access
from moderation.web.docs_page import groups_of
from moderation.web.openapi import TITLE
from moderation.web.problem import PROBLEMS
from moderation.web.security import STILL_POLICY

blueprint = Blueprint("docs", __name__)


@blueprint.route("/docs")
@access("public")
def docs() -> tuple[str, dict[str, str]]:
    """The page for people; it needs no script."""
    spec = current_api.document()
    page = render_template(
        "docs.html",
        title=TITLE,
        version=spec["info"]["version"],
        groups=groups_of(spec),
        problems=PROBLEMS,
        access_rules=ACCESS_RULES.values(),
    )
    return page, {"Content-Security-Policy": STILL_POLICY}
