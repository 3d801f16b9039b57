"""Identifiers: UUID version 7 (RFC 9562, section 5.7), so that ids sort by time and
an index grows at one end."""

from __future__ import annotations

import re
import secrets
import time
from datetime import datetime

_PATTERN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_id(now_ms: int | None = None) -> str:
    """A fresh UUIDv7 as lower-case text.

    Args:
        now_ms: milliseconds since the epoch; the clock's when left out.
    """
    milliseconds = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def first_id(at: datetime) -> str:
    """The least id that can have been made at a moment or after it."""
    digits = f"{(int(at.timestamp() * 1000) << 80) | 0x7 << 76 | 0b10 << 62:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def is_id(text: str) -> bool:
    """Whether the text has the form of an id of ours."""
    return _PATTERN.fullmatch(text) is not None
