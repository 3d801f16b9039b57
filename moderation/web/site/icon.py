"""The service's own small picture, for browsers that look for one without being told."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response

from moderation.web.auth import access

blueprint = Blueprint("icon", __name__)

_PICTURE: Final = Path(__file__).parents[1] / "static" / "icon.svg"


@blueprint.route("/favicon.ico", methods=["GET"])
@access("public")
def show() -> Response:
    """The picture that pages link to; its type says that it is SVG."""
    kept = {"Cache-Control": "public, max-age=86400"}
    return Response(_picture(), mimetype="image/svg+xml", headers=kept)


@cache
def _picture() -> bytes:
    return _PICTURE.read_bytes()
