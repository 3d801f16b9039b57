"""One line of JSON for each request, and the set-up of logging.

A line holds the route's template, never path or query: receipt tokens and search words
lie there. It names no person and no address, only what kind of caller it was.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict, Processor

from moderation.web.request_id import HEADER, request_id
from moderation.web.traces import safe_trace

_log = structlog.get_logger("moderation.access")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def install_request_log(app: Flask) -> None:
    """Log each request; to be installed first, so that its line is written last."""
    app.before_request(_begin)
    app.after_request(_end)


def configure_logging(level: int = logging.INFO) -> None:
    """Write our events as JSON lines to standard error, other libraries' warnings too.

    Args:
        level: least level of our own events.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_messages,
    ]
    render = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Looked up for each line: whoever redirects standard error gets the lines too.
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    # Werkzeug's own access lines hold the whole path.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)


def without_messages(_: Any, __: str, event: EventDict) -> EventDict:
    """Replace an exception by its types and positions; its message may quote a reader."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        event["trace"] = safe_trace(error)
    return event


def _begin() -> None:
    g.request_started = time.perf_counter()
    structlog.contextvars.bind_contextvars(request_id=request_id())


def _end(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    started = g.get("request_started")
    principal = g.get("principal")
    _log.info(
        "request",
        method=request.method if request.method in METHODS else "OTHER",
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        duration_ms=round((time.perf_counter() - started) * 1000, 1) if started else None,
        request_id=request_id(),
        caller=principal.kind if principal else None,
        role=principal.role if principal else None,
    )
    structlog.contextvars.unbind_contextvars("request_id")
    return response
