"""Cursors of keyset pagination: opaque to clients, checked when they come back."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from moderation.errors import InvalidInput
from moderation.web.api.fields import UNSTORABLE
from moderation.web.api.timestamps import rfc3339


def make_cursor(order: str, values: Sequence[Any] | None) -> str | None:
    """Text for the sort keys behind which the next part of a list begins.

    Args:
        order: names the list and its order; a cursor of another is refused.
        values: the keys of the last item shown, or None at the end of the list.
    """
    if values is None:
        return None
    plain = [rfc3339(value) if isinstance(value, datetime) else value for value in values]
    text = json.dumps([order, *plain], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_cursor(cursor: str | None, order: str, kinds: Sequence[type]) -> list[Any] | None:
    """The sort keys in a cursor; None for the beginning of a list.

    Args:
        kinds: the type of each key: ``datetime``, ``float``, ``int`` or ``str``.

    Raises:
        InvalidInput: it is not a cursor of this list.
    """
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        named, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if named != order:
            raise ValueError("another list's")
        return [_read(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise InvalidInput({"cursor": ["Not a cursor of this list; begin without one."]}) from None


def _read(value: Any, kind: type) -> Any:
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("no zone")
        return moment
    wanted = (int, float) if kind is float else (kind,)
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise ValueError("another type")
    if isinstance(value, str) and (UNSTORABLE.search(value) or len(value) > 300):
        raise ValueError("not a key")
    if isinstance(value, int | float) and (not math.isfinite(value) or abs(value) > 2**53):
        raise ValueError("not a number of ours")
    return value
