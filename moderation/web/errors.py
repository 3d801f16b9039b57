"""The only place where an exception becomes an HTTP answer.

Clients of ``/api`` and whoever asks for JSON get a problem document; a browser
elsewhere gets a plain page with the same words.
"""

from __future__ import annotations

from urllib.parse import quote

import structlog
from flask import Flask, Response, make_response, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from moderation import errors as tree
from moderation.web.field_errors import dotted
from moderation.web.problem import PROBLEMS, problem_response
from moderation.web.request_id import request_id
from moderation.web.security import STILL_POLICY
from moderation.web.traces import safe_trace

_log = structlog.get_logger("moderation.errors")


class UnsupportedMediaType(tree.ModerationError):
    """The body's type, charset or encoding is not one that the route reads."""

    code = "unsupported_media_type"


STATUS_OF: dict[type[tree.ModerationError], int] = {
    tree.Malformed: 400,
    tree.Unauthenticated: 401,
    tree.Forbidden: 403,
    tree.NotFound: 404,
    tree.Conflict: 409,
    tree.PreconditionFailed: 412,
    UnsupportedMediaType: 415,
    tree.InvalidInput: 422,
    tree.PreconditionRequired: 428,
    tree.TooManyRequests: 429,
    tree.Unavailable: 503,
    tree.ScoringUnavailable: 503,
}

# Codes for failures that Flask and Werkzeug raise themselves.
_CODE_OF_STATUS = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    409: "conflict",
    412: "precondition_failed",
    413: "too_large",
    414: "uri_too_long",
    415: "unsupported_media_type",
    422: "invalid",
    428: "precondition_required",
    429: "rate_limited",
    503: "unavailable",
}
_DEFAULT_RETRY_S = {429: 60, 503: 5}
_JSON_PATHS = ("/api/", "/openapi.json", "/healthz", "/readyz", "/metrics")


def install_error_handlers(app: Flask) -> None:
    """Register the handlers; ``HTTPException`` is registered by the API extension."""
    app.register_error_handler(tree.ModerationError, answer_expected)
    app.register_error_handler(ValidationError, answer_invalid)
    app.register_error_handler(Exception, answer_unexpected)


def answer_expected(error: tree.ModerationError) -> Response:
    """Answer an error of our own tree by its class's status."""
    status = status_of(error)
    if status is None:
        return answer_unexpected(error)
    if status == 401 and request.method == "GET" and prefers_html():
        return _to_sign_in()
    headers = _headers(status, error.retry_after_s)
    return _answer(error.code, status, error.message, error.fields, headers)


def answer_invalid(error: ValidationError) -> Response:
    """Answer a schema's complaint that was raised outside request parsing."""
    return answer_expected(tree.InvalidInput(dotted(error.messages)))


def answer_http(error: HTTPException) -> Response:
    """Answer what Flask or Werkzeug raised; its own text is not repeated.

    Args:
        error: any HTTP exception; one that carries a response is answered by that.
    """
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    code = _CODE_OF_STATUS.get(error.code, "malformed" if error.code < 500 else "internal")
    retry_after = getattr(error, "retry_after", None)
    headers = _headers(PROBLEMS[code].status, retry_after if isinstance(retry_after, int) else None)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return _answer(code, PROBLEMS[code].status, None, None, headers)


def answer_unexpected(error: Exception) -> Response:
    """Answer a bug: nothing of it reaches the client, its trace goes to the log."""
    _log.error(
        "unexpected_error",
        request_id=request_id(),
        route=request.url_rule.rule if request.url_rule else None,
        trace=safe_trace(error),
    )
    return _answer("internal", 500, None, None, {})


def status_of(error: tree.ModerationError) -> int | None:
    """The HTTP status of an expected error, by the nearest class in the table."""
    found = (STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)
    return next(found, None)


def prefers_html() -> bool:
    """Whether the caller is a browser that is better served with a page."""
    if request.path.startswith(_JSON_PATHS):
        return False
    offered = ["application/json", "application/problem+json", "text/html"]
    return request.accept_mimetypes.best_match(offered) == "text/html"


def _to_sign_in() -> Response:
    onward = quote(request.full_path.rstrip("?"), safe="/")
    return make_response(redirect(f"/login?next={onward}", 303))


def retry_headers(status: int, retry_after_s: int | None) -> dict[str, str]:
    """When to try again, for the statuses that say so.

    Args:
        retry_after_s: seconds, where the error knows better than the default.
    """
    if status not in _DEFAULT_RETRY_S:
        return {}
    return {"Retry-After": str(max(1, retry_after_s or _DEFAULT_RETRY_S[status]))}


def _headers(status: int, retry_after_s: int | None) -> dict[str, str]:
    headers = retry_headers(status, retry_after_s)
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="moderation"'
    return headers


def _answer(
    code: str,
    status: int,
    detail: str | None,
    fields: dict[str, list[str]] | None,
    headers: dict[str, str],
) -> Response:
    if not prefers_html():
        return problem_response(code, status=status, detail=detail, fields=fields, headers=headers)
    kind = PROBLEMS.get(code)
    page = render_template(
        "error.html",
        title=kind.title if kind else "Error",
        detail=detail or (kind.meaning if kind else ""),
        request_id=request_id(),
    )
    headers = headers | {"Content-Security-Policy": STILL_POLICY}
    return Response(page, status=status, headers=headers, content_type="text/html; charset=utf-8")
