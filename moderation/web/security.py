"""Response headers that hold for every route, and which proxies are believed."""

from __future__ import annotations

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# For pages without any script, such as the documentation.
STILL_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


def trust_proxies(app: Flask, count: int) -> None:
    """Take the client's address and scheme from that many proxies in front.

    The host is not taken: not every proxy overwrites ``X-Forwarded-Host``, and links
    are made from the configured base URL.

    Args:
        app: the application.
        count: how many; 0 believes no forwarding header at all.
    """
    if count:
        proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]


def install_security_headers(app: Flask) -> None:
    """Add the headers to every answer, errors and static files included."""
    app.after_request(add_security_headers)


def add_security_headers(response: Response) -> Response:
    """Set what the view has not set itself; what is personal is never cached."""
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", _referrer_policy())
    if "Content-Security-Policy" not in headers:
        is_page = response.mimetype == "text/html"
        headers["Content-Security-Policy"] = PAGE_POLICY if is_page else DATA_POLICY
    if "frame-ancestors 'none'" in headers["Content-Security-Policy"]:
        headers.setdefault("X-Frame-Options", "DENY")
    if g.get("credential") is not None or "Set-Cookie" in headers:
        headers["Cache-Control"] = "no-store"
    return response


def _referrer_policy() -> str:
    # A receipt's address is its key, so it must not travel as a referrer.
    secret_address = request.path.startswith(("/api/", "/receipts/"))
    return "no-referrer" if secret_address else "same-origin"
