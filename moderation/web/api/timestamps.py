"""Moments in answers: RFC 3339 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import fields


def rfc3339(moment: datetime) -> str:
    """A moment as text, such as ``2026-11-24T10:03:00.123456Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Timestamp(fields.DateTime):
    """A moment; only ever written, never read from a request."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else rfc3339(value)
