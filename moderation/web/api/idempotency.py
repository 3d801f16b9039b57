"""The Idempotency-Key header."""

from __future__ import annotations

import re

from flask import request

from moderation.errors import Malformed

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def idempotency_key() -> str | None:
    """The client's key for this request, if it sent one.

    Raises:
        Malformed: it is empty, too long, or not printable ASCII.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise Malformed("Idempotency-Key must be 1 to 255 printable ASCII characters.")
    return key
