"""Puts the parts of the web together on a Flask application."""

from __future__ import annotations

from flask import Flask

from moderation.web import docs, health
from moderation.web.access_rules import mark_access
from moderation.web.api import session
from moderation.web.auth import install_auth
from moderation.web.cors import install_cors
from moderation.web.errors import install_error_handlers
from moderation.web.limits import install_limits
from moderation.web.openapi import Api, make_api
from moderation.web.request_log import install_request_log
from moderation.web.security import install_security_headers, trust_proxies

_MOST_BYTES = 1024 * 1024
_LIMITS = {
    "MAX_CONTENT_LENGTH": _MOST_BYTES,
    "MAX_FORM_MEMORY_SIZE": _MOST_BYTES,
    "MAX_FORM_PARTS": 100,
}


def install_web(
    app: Flask,
    *,
    base_url: str,
    trusted_proxies: int,
    rate_limits: bool,
    rate_limit_storage: str,
) -> Api:
    """Wire everything that all routes share.

    The application must be ``Flask("moderation.web")``, so that templates and static
    files are found, and have its secret key and its services
    (``app.extensions["moderation"]``) by the first request.

    Args:
        app: a new application.
        base_url: where people reach the service; https makes the cookie secure.
        trusted_proxies: how many proxies in front are believed about the client.
        rate_limits: False switches every limit off.
        rate_limit_storage: ``memory://`` or ``redis://...``.

    Returns:
        The API on which the other blueprints are registered.
    """
    app.config.update(_LIMITS, BASE_URL=base_url.rstrip("/"))
    # What runs after a request runs in reverse, so the log, first here, sees it all.
    install_request_log(app)
    install_security_headers(app)
    install_cors(app)
    install_error_handlers(app)
    install_auth(app, secure=base_url.startswith("https://"))
    install_limits(app, enabled=rate_limits, storage_uri=rate_limit_storage)
    trust_proxies(app, trusted_proxies)
    if "static" in app.view_functions:
        mark_access(app.view_functions["static"], "public")
    return _with_own_routes(app, make_api(app, app.config["BASE_URL"]))


def _with_own_routes(app: Flask, api: Api) -> Api:
    api.register_blueprint(session.blueprint)
    api.register_blueprint(health.blueprint)
    app.register_blueprint(docs.blueprint)
    # The page finds the API that it documents by its blueprint's name.
    app.extensions["flask-smorest"]["blp_name_to_api"][docs.blueprint.name] = api
    return api
