"""Perspective's way of saying what is wrong."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import HTTPException

from moderation import errors as tree
from moderation.web.errors import answer_unexpected, status_of

_ANALYZER = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
_STATUS = {400: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}


class PerspectiveError(tree.Malformed):
    """A request that Perspective would refuse.

    Args:
        message: what the client is told.
        kind: Perspective's ``errorType``.
        details: what stands beside it.
    """

    code = "malformed"

    def __init__(self, message: str, kind: str, **details: Any) -> None:
        super().__init__(message)
        self.details = [{"@type": _ANALYZER, "errorType": kind, **details}]


class BadKey(tree.Unauthenticated):
    """The key is missing, unknown, revoked, or not a site's."""

    code = "unauthenticated"


def install(blueprint: Blueprint) -> None:
    """Answer every failure of the blueprint's routes in Perspective's shape."""
    blueprint.register_error_handler(PerspectiveError, _refused)
    blueprint.register_error_handler(BadKey, _bad_key)
    blueprint.register_error_handler(tree.TooManyRequests, _exhausted)
    blueprint.register_error_handler(tree.ModerationError, _expected)
    blueprint.register_error_handler(HTTPException, _http)


def _refused(error: PerspectiveError) -> Response:
    return _answer(400, error.message, error.details)


def _bad_key(_: BadKey) -> Response:
    message = "API key not valid. Please pass a valid API key."
    return _answer(400, message, [_info("API_KEY_INVALID")])


def _exhausted(error: tree.TooManyRequests) -> Response:
    answer = _answer(429, error.message, [_info("RATE_LIMIT_EXCEEDED")])
    answer.headers["Retry-After"] = str(error.retry_after_s or 60)
    return answer


def _expected(error: tree.ModerationError) -> Response:
    status = status_of(error)
    if status is None:
        return answer_unexpected(error)
    answer = _answer(503 if status == 503 else 400, error.message, [])
    if status == 503:
        answer.headers["Retry-After"] = str(error.retry_after_s or 5)
    return answer


def _http(error: HTTPException) -> Response:
    if error.code == 413:
        return _refused(PerspectiveError("The request is too large.", "COMMENT_TOO_LONG"))
    return _answer(400, "The request cannot be read.", [])


def _info(reason: str) -> dict[str, Any]:
    service = {"service": "commentanalyzer.googleapis.com"}
    return {"@type": _INFO, "reason": reason, "domain": "googleapis.com", "metadata": service}


def _answer(status: int, message: str, details: list[dict[str, Any]]) -> Response:
    error: dict[str, Any] = {"code": status, "message": message, "status": _STATUS[status]}
    if details:
        error["details"] = details
    answer = jsonify(error=error)
    answer.status_code = status
    return answer
