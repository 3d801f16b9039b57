"""A part of a list that is ordered by one key, with the cursor of the next part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from moderation.web.api.cursors import make_cursor, read_cursor
from moderation.web.api.fields import Schema, StrictInteger, Text


class PageQuery(Schema):
    """Which part of a list."""

    limit = StrictInteger(minimum=1, maximum=100, load_default=25)
    cursor = Text(load_default=None, max_length=1000)


def one_page(
    name: str,
    cursor: str | None,
    limit: int,
    read: Callable[[Any, int], Sequence[Any]],
    *,
    key: str = "id",
    kind: type = str,
) -> dict[str, Any]:
    """The items behind a cursor, and the cursor behind the last of them.

    Args:
        name: of the list; a cursor of another is refused.
        cursor: None for the beginning.
        limit: how many items.
        read: gives at most so many items behind a key; None stands for the beginning.
        key: the attribute of an item by which the list is ordered.
        kind: of the key.

    Raises:
        InvalidInput: it is not a cursor of this list.
    """
    behind = read_cursor(cursor, name, (kind,))
    found = read(behind[0] if behind else None, limit + 1)
    last = [getattr(found[limit - 1], key)] if len(found) > limit else None
    return {"items": list(found[:limit]), "next_cursor": make_cursor(name, last)}
