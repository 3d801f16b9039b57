"""Counting requests, and the address at which Prometheus reads the metrics."""

from __future__ import annotations

import time
from hmac import compare_digest
from ipaddress import ip_address
from typing import Final, Literal, cast
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from moderation.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from moderation.metrics import CONTENT_TYPE, Metrics
from moderation.web.access_rules import mark_access
from moderation.web.context import services
from moderation.web.request_log import METHODS

MetricsAccess = Literal["local", "token", "off"]

_SUBMISSION: Final = "/api/v1/sites/<site>/comments"
_FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
_LOCAL_NAMES: Final = ("127.0.0.1", "localhost", "::1")


def install_metrics(app: Flask, metrics: Metrics, *, access: str, token: str | None) -> None:
    """Count what the application answers and serve the counts at ``/metrics``.

    Args:
        access: ``local``, ``token`` or ``off``.
        token: opens it besides an admin's token.
    """

    def count(response: Response) -> Response:
        started = g.get("request_started")
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in METHODS else "OTHER"
        if started is not None:
            seconds = time.perf_counter() - started
            metrics.request(method, route, response.status_code, seconds)
        code = g.get("problem_code")
        if code and method == "POST" and route == _SUBMISSION:
            metrics.refused(code)
        return response

    def show_metrics() -> Response:
        _admit(cast(MetricsAccess, access), token)
        try:
            backlog = services().backlog()
        except Unavailable:
            backlog = None
        return Response(
            metrics.text(backlog), content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"}
        )

    app.after_request(count)
    app.add_url_rule("/metrics", "metrics", mark_access(show_metrics, "public"), methods=["GET"])


def _admit(access: MetricsAccess, token: str | None) -> None:
    """Let Prometheus in and nobody else.

    Raises:
        NotFound: metrics are off.
        Unauthenticated: no token where one is needed, or an unknown one.
        Forbidden: a token of somebody who is no admin.
    """
    if access == "off":
        raise NotFound("There is nothing at this address.")
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.casefold() == "bearer" and given:
        if token is not None and compare_digest(given.encode(), token.encode()):
            return
        principal = services().authenticate.by_token(given)
        if principal is not None and principal.is_admin:
            return
        if principal is not None and access == "token":
            raise Forbidden("This is for admins and for the metrics token.")
    if access == "local" and _is_local():
        return
    raise Unauthenticated("Send the metrics token or an admin's.")


def _is_local() -> bool:
    """Whether the caller is on this machine and speaks for nobody else.

    A proxy on this machine shows itself by a header or by the host that was asked for.
    """
    try:
        host = urlsplit(f"//{request.host}").hostname
        loopback = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    forwarded = any(name in request.headers for name in _FORWARDED)
    return loopback and not forwarded and host in _LOCAL_NAMES
