"""The Flask application."""

from __future__ import annotations

import os

from flask import Flask

from moderation.bootstrap import Runtime, bootstrap
from moderation.settings import Settings, read_settings
from moderation.web.api import blueprints
from moderation.web.compat import registered
from moderation.web.install import install_web
from moderation.web.metrics_route import install_metrics
from moderation.web.pages import blueprints as pages
from moderation.web.pages.page_context import install_page_context
from moderation.web.request_log import configure_logging
from moderation.web.request_spans import install_request_spans
from moderation.web.site import blueprints as site_blueprints

EXTENSION = "moderation"
RUNTIME = "moderation_runtime"


def create_app(settings: Settings | None = None, runtime: Runtime | None = None) -> Flask:
    """Make the application; nothing runs in the background until ``start`` is called.

    Args:
        settings: read from the environment when left out.
        runtime: the services, made from the settings when left out.

    Raises:
        SettingsError: a setting is wrong.
    """
    runtime = runtime or bootstrap(settings or read_settings(os.environ))
    configure_logging()
    app = Flask("moderation.web")
    app.secret_key = runtime.secret_key
    app.extensions[EXTENSION] = runtime.services
    app.extensions[RUNTIME] = runtime
    install_request_spans(app, runtime.tracing)
    api = install_web(
        app,
        base_url=runtime.settings.base_url,
        trusted_proxies=runtime.settings.trusted_proxies,
        rate_limits=runtime.settings.rate_limits,
        rate_limit_storage=runtime.settings.redis_url or "memory://",
    )
    for blueprint in blueprints.ALL:
        api.register_blueprint(blueprint)
    for plain in registered.ALL:
        app.register_blueprint(plain)
    for page in site_blueprints.ALL:
        app.register_blueprint(page)
    install_metrics(
        app,
        runtime.metrics,
        access=runtime.settings.metrics,
        token=runtime.settings.metrics_token,
    )
    install_page_context(app)
    for page in pages.ALL:
        app.register_blueprint(page)
    return app


def start(app: Flask) -> None:
    """Load the model and begin sweeping, in the process that serves requests."""
    app.extensions[RUNTIME].start()


def close(app: Flask) -> None:
    """Stop what :func:`start` began."""
    app.extensions[RUNTIME].close()
