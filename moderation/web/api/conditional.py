"""ETags: 304 for lists that have not changed, ``If-Match`` for changes to a version."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

from flask import Request, Response, request

from moderation.errors import PreconditionFailed, PreconditionRequired

_TAG = r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"'
_TAGS = re.compile(rf"\s*{_TAG}(?:\s*,\s*{_TAG})*\s*")
_LONGEST = 1000


def etag_of(value: Any) -> str:
    """A tag, without quotes, that changes when the value's JSON does."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def etag_header(tag: str | int) -> dict[str, str]:
    """The response header for a tag or a version number."""
    return {"ETag": f'"{tag}"'}


def not_modified(tag: str | int) -> Response | None:
    """A 304 answer when the client holds this tag already, else None.

    Example:
        ``return not_modified(tag) or (page, 200, etag_header(tag))``
    """
    given = request.headers.get("If-None-Match", "")
    if given.strip() != "*" and str(tag) not in _tags(given):
        return None
    return Response(status=304, headers=etag_header(tag))


def require_if_match(req: Request, current_version: int) -> None:
    """Let a change through only if it was made from the present version.

    A weak tag counts as the same: a proxy that compresses answers weakens tags on the
    way, and a version number is exact anyway.

    Args:
        req: the request with the header.
        current_version: the stored version.

    Raises:
        PreconditionRequired: no ``If-Match``.
        PreconditionFailed: another version, or nothing that can be read as one.
    """
    given = req.headers.get("If-Match")
    if given is None:
        raise PreconditionRequired("Send the ETag of the version that you have read as If-Match.")
    if given.strip() != "*" and str(current_version) not in _tags(given):
        raise PreconditionFailed(f"The present version is {current_version}; read it again.")


def _tags(header: str) -> list[str]:
    if len(header) > _LONGEST or not _TAGS.fullmatch(header):
        return []
    return re.findall(_TAG, header)
