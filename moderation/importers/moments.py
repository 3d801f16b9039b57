"""Dates as other systems write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_FRACTION = re.compile(r"(\.\d{6})\d+")


def moment(text: str | None) -> datetime | None:
    """A date and time, in UTC where the text names no zone; None when it is none.

    Takes ISO 8601 with or without zone and fraction, a blank in place of the T, and
    seconds since 1970.
    """
    cleaned = _FRACTION.sub(r"\1", (text or "").strip())
    try:
        found = datetime.fromisoformat(cleaned)
    except ValueError:
        return _from_seconds(cleaned)
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _from_seconds(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
