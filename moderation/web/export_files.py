"""A site's comments written as JSONL, CSV or WordPress's XML, line by line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from moderation.domain.principals import Principal
from moderation.services.catalogue import Services
from moderation.services.export_comments import ExportedComment
from moderation.web.wxr import wxr

MEDIA: Final = {
    "jsonl": "application/x-ndjson",
    "csv": "text/csv",
    "wxr": "application/rss+xml",
}
FORMATS: Final = tuple(MEDIA)
EXTENSION: Final = {"jsonl": "jsonl", "csv": "csv", "wxr": "xml"}

# A spreadsheet takes a cell that begins with one of these for a formula; some take the
# full-width signs too (OWASP, "CSV Injection").
_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_FORMULA: Final = _SIGNS + tuple(f"'{sign}" for sign in _SIGNS)
_COLUMNS: Final = tuple(field.name for field in fields(ExportedComment))


def export_file(services: Services, principal: Principal, slug: str, form: str) -> Iterator[str]:
    """The parts of a file with all comments of a site, erased ones left out.

    Args:
        form: one of :data:`FORMATS`.

    Raises:
        NotFound: no such site; at once, not at the first part.
    """
    if form == "wxr":
        site = services.sites.get(principal, slug)
        return wxr(site, services.export_comments.by_page(principal, slug))
    found = services.export_comments(principal, slug)
    return _csv(found) if form == "csv" else _jsonl(found)


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
    """A cell's text; an apostrophe stands before a formula, and before its own like."""
    text = "" if value is None else str(_plain(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
