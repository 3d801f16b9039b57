"""A site's comments as a file, streamed."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response

from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Schema
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.export_files import EXTENSION, FORMATS, MEDIA, export_file

blueprint = Blueprint(
    "export",
    __name__,
    url_prefix="/api/v1/sites",
    description="For admins: everything a site has, to take along.",
)


class ExportQuery(Schema):
    """Which kind of file."""

    format = ma.fields.String(load_default="jsonl", validate=ma.validate.OneOf(FORMATS))


@blueprint.route("/<site>/export")
@access("admin")
@blueprint.arguments(ExportQuery, location="query")
@blueprint.response(200)
def export(asked: dict[str, Any], site: str) -> Response:
    """All comments of a site, emails included, erased ones left out.

    ``jsonl`` has one JSON object a line; in ``csv`` a cell that a spreadsheet would take
    for a formula begins with an apostrophe; ``wxr`` is WordPress's export format.
    """
    form = asked["format"]
    parts = export_file(services(), current_principal(), site, form)
    name = f'attachment; filename="comments.{EXTENSION[form]}"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(parts, content_type=f"{MEDIA[form]}; charset=utf-8", headers=headers)
