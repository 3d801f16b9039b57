"""A site's comments as a file, streamed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import marshmallow as ma
from flask import Response

from moderation.services.export_comments import ExportedComment
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Schema
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "export",
    __name__,
    url_prefix="/api/v1/sites",
    description="For admins: everything a site has, to take along.",
)

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = tuple(field.name for field in fields(ExportedComment))


class ExportQuery(Schema):
    """Which kind of file."""

    format = ma.fields.String(load_default="jsonl", validate=ma.validate.OneOf(["jsonl", "csv"]))


@blueprint.route("/<site>/export")
@access("admin")
@blueprint.arguments(ExportQuery, location="query")
@blueprint.response(200)
def export(asked: dict[str, Any], site: str) -> Response:
    """All comments of a site, emails included, erased ones left out.

    ``jsonl`` has one JSON object a line; in ``csv`` a cell that a spreadsheet would take
    for a formula begins with an apostrophe.
    """
    found = services().export_comments(current_principal(), site)
    kind = asked["format"]
    lines, media = (_csv(found), "text/csv") if kind == "csv" else (_jsonl(found), _NDJSON)
    name = f'attachment; filename="comments.{kind}"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(lines, content_type=f"{media}; charset=utf-8", headers=headers)


_NDJSON = "application/x-ndjson"


def _jsonl(found: Iterable[ExportedComment]) -> Iterator[str]:
    for comment in found:
        row = {name: _plain(value) for name, value in asdict(comment).items()}
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _csv(found: Iterable[ExportedComment]) -> Iterator[str]:
    yield _line(_COLUMNS)
    for comment in found:
        row = {**asdict(comment), "reasons": " ".join(comment.reasons)}
        yield _line([_cell(row[name]) for name in _COLUMNS])


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _cell(value: Any) -> str:
    text = "" if value is None else str(_plain(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
