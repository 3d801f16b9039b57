"""The demonstration: an article of an invented newspaper with its comments.

It is there for the site that ``flask prepare-demo`` makes, and for no other.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, current_app, make_response, render_template

from moderation.errors import NotFound
from moderation.web.auth import access
from moderation.web.context import services
from moderation.web.security import PAGE_POLICY

blueprint = Blueprint("demo", __name__)

SLUG: Final = "demo"
PATH: Final = "/demo"


@blueprint.route(PATH, methods=["GET"])
@access("public")
def show() -> Response:
    """The article, where this service is one of the demo site's own origins."""
    if not has_demo():
        raise NotFound("There is no demonstration here.")
    page = current_app.config["BASE_URL"] + PATH
    answer = make_response(render_template("site/demo.html", site=SLUG, page=page))
    answer.headers["Content-Security-Policy"] = f"{PAGE_POLICY}; frame-src 'self'"
    return answer


def has_demo() -> bool:
    """Whether the demo site is there and takes comments of this service's own pages."""
    origins = services().sites.origins_of(SLUG) or frozenset()
    return current_app.config["BASE_URL"] in origins
