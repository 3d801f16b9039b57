"""CORS for the public routes of a site: its own pages may call them, nobody else's.

No credentials are allowed across origins, so a reader's cookies never come along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, Response, current_app, request

from moderation.web.access_rules import view_for
from moderation.web.context import services

View = TypeVar("View", bound=Callable[..., Any])

_log = structlog.get_logger("moderation.cors")
_REQUEST_HEADERS = "Content-Type, Idempotency-Key, If-None-Match, X-Request-ID"
_RESPONSE_HEADERS = "ETag, Retry-After, X-Request-ID"
_MAX_AGE_S = "600"


def site_cors(view: View) -> View:
    """Open a view, whose path has ``<site>`` or a receipt's ``<token>``, to that site's pages.

    Only a mark: the headers are added when any answer of the route is done, so that
    errors and preflights carry them too. It may stand above ``access``.
    """
    view.opens_to_site = True  # type: ignore[attr-defined]
    return view


def install_cors(app: Flask) -> None:
    """Add the headers to the answers of the marked routes."""
    app.after_request(add_cors_headers)


def add_cors_headers(response: Response) -> Response:
    """Say to the browser whether the calling page may read this answer."""
    if not _opens_to_site():
        return response
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin is None or origin not in _allowed_origins():
        return response
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = origin
    headers["Access-Control-Expose-Headers"] = _RESPONSE_HEADERS
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, POST")
        headers["Access-Control-Allow-Headers"] = _REQUEST_HEADERS
        headers["Access-Control-Max-Age"] = _MAX_AGE_S
    return response


def _opens_to_site() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return False
    return bool(getattr(view_for(view, request.method), "opens_to_site", False))


def _allowed_origins() -> frozenset[str]:
    given = request.view_args or {}
    name = str(given.get("site") or given.get("token") or "")
    if not name.isprintable():
        return frozenset()
    try:
        if "token" in given:
            return services().read_receipt.origins_of(name)
        return services().sites.origins_of(name) or frozenset()
    except Exception as error:  # noqa: BLE001
        # The answer is made already and must not be lost because of its headers.
        _log.warning("origins_unknown", error=type(error).__name__)
        return frozenset()
