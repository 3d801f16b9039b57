"""CSV and JSONL with the columns of our own exports, for comments from anywhere else."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from moderation.domain.foreign_comment import ForeignComment, Item, Unfit
from moderation.domain.statuses import PUBLISHED, QUEUED, REJECTED, SPAM, WITHDRAWN
from moderation.importers.broken_file import BrokenFile
from moderation.importers.json_lines import json_objects, text_in
from moderation.importers.moments import moment
from moderation.importers.opened_file import text_lines

NEEDED: Final = ("id", "page_url", "body", "created_at")
OPTIONAL: Final = (
    "parent_id", "page_title", "name", "email", "website", "edited_at", "status",
)  # fmt: skip
_STATUS: Final = {
    "": QUEUED,
    "published": PUBLISHED,
    "approved": PUBLISHED,
    "queued": QUEUED,
    "pending": QUEUED,
    "rejected": REJECTED,
    "trash": REJECTED,
    "spam": SPAM,
    "withdrawn": WITHDRAWN,
}
# As web/export_files.py writes them.
_SIGNS: Final = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_QUOTED: Final = re.compile(rf"'(?='?[{re.escape(_SIGNS)}])")


def read_jsonl(content: BinaryIO) -> Iterator[Item]:
    """The comments of a JSONL file.

    Raises:
        BrokenFile: while iterating; says in which line.
    """
    for _, row in json_objects(content):
        yield _comment({name: text_in(row, name) for name in (*NEEDED, *OPTIONAL)})


def read_csv(content: BinaryIO) -> Iterator[Item]:
    """The comments of a CSV file with a line of column names; ``,``, ``;`` or a tab divides.

    Raises:
        BrokenFile: while iterating; says in which line, or which column is missing.
    """
    lines = (line for _, line in text_lines(content))
    first = next(lines, "")
    divider = max(",;\t", key=first.count)
    names = next(csv.reader([first], delimiter=divider), [])
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise BrokenFile(f"has no column {', '.join(missing)} (needed: {', '.join(NEEDED)})", 1)
    reader = csv.reader(lines, delimiter=divider, strict=True)
    try:
        for cells in reader:
            if cells:
                row = dict(zip(names, cells, strict=False))
                yield _comment({name: _unquoted(value) for name, value in row.items()})
    except csv.Error as error:
        raise BrokenFile(f"not CSV, {error}", reader.line_num + 1) from None


def _unquoted(cell: str) -> str:
    """Take back the apostrophe that our exports put before what looks like a formula."""
    return cell[1:] if _QUOTED.match(cell) else cell


def _comment(row: Mapping[str, str]) -> Item:
    status = _STATUS.get(row.get("status", "").strip().lower())
    if status is None:
        return Unfit("status_unknown")
    created = moment(row.get("created_at"))
    if created is None:
        return Unfit("date_unreadable")
    return ForeignComment(
        external_id=row.get("id", "").strip(),
        parent_id=row.get("parent_id", "").strip() or None,
        page_url=row.get("page_url", ""),
        page_title=row.get("page_title"),
        name=row.get("name", ""),
        email=row.get("email", ""),
        website=row.get("website", ""),
        body=row.get("body", ""),
        created_at=created,
        edited_at=moment(row.get("edited_at")),
        status=status,
    )
