"""Files with one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from moderation.importers.broken_file import BrokenFile
from moderation.importers.opened_file import text_lines


def json_objects(content: BinaryIO) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each line's object with the line's number; empty lines are passed over.

    Raises:
        BrokenFile: a line is not UTF-8, not JSON or not an object.
    """
    for number, line in text_lines(content):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise BrokenFile(f"not JSON, {error.msg} (column {error.colno})", number) from None
        except (RecursionError, ValueError):
            raise BrokenFile("nested too deeply, or a number too long", number) from None
        if not isinstance(row, dict):
            raise BrokenFile("not a JSON object", number)
        yield number, row


def text_in(row: Mapping[str, Any], name: str) -> str:
    """A field as text: numbers as they are written, anything else but text as missing."""
    value = row.get(name)
    if isinstance(value, str):
        # Half a character, which JSON can hold and no database.
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else ""
