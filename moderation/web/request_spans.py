"""A span for each request: its route's template, never a path, query or address."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Final

from flask import Flask, Response, g, request

from moderation.tracing import Tracing
from moderation.web.request_id import made_request_id
from moderation.web.request_log import METHODS

# Asked every few seconds by machines.
_UNTRACED: Final = ("/healthz", "/readyz", "/metrics", "/static/<path:filename>")


def install_request_spans(app: Flask, tracing: Tracing) -> None:
    """Trace requests; to be installed before what else runs with them, to be around it."""
    if not tracing.on:
        return

    def begin() -> None:
        method = request.method if request.method in METHODS else "OTHER"
        route = request.url_rule.rule if request.url_rule else "none"
        if route in _UNTRACED:
            return
        attributes = {"http.request.method": method, "http.route": route}
        made = made_request_id()
        if made is not None:
            attributes["moderation.request_id"] = made
        stack = g.request_span_end = ExitStack()
        g.request_span = stack.enter_context(
            tracing.span(
                f"{method} {route}",
                attributes,
                carrier={name.lower(): value for name, value in request.headers},
            )
        )

    def answered(response: Response) -> Response:
        if "request_span" in g:
            g.request_span.set_attribute("http.response.status_code", response.status_code)
            if response.status_code >= 500:
                g.request_span.set_attribute("error.type", str(response.status_code))
        return response

    def end(_: BaseException | None) -> None:
        stack = g.pop("request_span_end", None)
        if stack is not None:
            stack.close()

    app.before_request(begin)
    app.after_request(answered)
    app.teardown_request(end)
