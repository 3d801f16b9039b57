"""The id under which a request is found in the log: the caller's, or one made here."""

from __future__ import annotations

import re
from uuid import uuid4

from flask import g, request

HEADER = "X-Request-ID"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,128}")


def request_id() -> str:
    """The present request's id; a caller's id is taken only if it is short and plain."""
    given = _given_id()
    return _own_id() if given is None else given


def made_request_id() -> str | None:
    """The present request's id where it was made here; None where it is the caller's.

    For what goes to other services: an id may be an address or a name as well.
    """
    return _own_id() if _given_id() is None else None


def _given_id() -> str | None:
    given = request.headers.get(HEADER, "")
    return given if _ACCEPTED.fullmatch(given) else None


def _own_id() -> str:
    known = g.get("request_id")
    if known is None:
        known = g.request_id = uuid4().hex
    return str(known)
