"""The id under which a request is found in the log: the caller's, or one made here."""

from __future__ import annotations

import re
from uuid import uuid4

from flask import g, request

HEADER = "X-Request-ID"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,128}")


def request_id() -> str:
    """The present request's id; a caller's id is taken only if it is short and plain."""
    known = g.get("request_id")
    if known is None:
        given = request.headers.get(HEADER, "")
        known = g.request_id = given if _ACCEPTED.fullmatch(given) else uuid4().hex
    return str(known)
