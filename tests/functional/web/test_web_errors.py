"""Errors: one shape, and nothing private in it or in the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from moderation.errors import (
    Conflict,
    Forbidden,
    Malformed,
    ModerationError,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    ScoringUnavailable,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from moderation.web.api.blueprint import Blueprint
from moderation.web.auth import access

refusals = Blueprint("refusals", __name__, url_prefix="/api/v1")
REFUSALS: dict[str, Exception] = {
    "malformed": Malformed("Cannot read it."),
    "not_found": NotFound("Not there."),
    "forbidden": Forbidden("No."),
    "duplicate": Conflict("Sent already.", code="duplicate"),
    "precondition_failed": PreconditionFailed("Stale."),
    "precondition_required": PreconditionRequired("If-Match."),
    "flood": TooManyRequests("Slow down.", code="flood", retry_after_s=30),
    "unavailable": Unavailable("Later."),
    "scoring_unavailable": ScoringUnavailable("Later.", retry_after_s=7),
    "unauthenticated": Unauthenticated("Who?"),
    "internal": RuntimeError("secret text ada@example.org"),
    "error": ModerationError("not in the table"),
}


@refusals.route("/refusals/<kind>")
@access("public")
@refusals.response(204)
def refuse(kind: str) -> None:
    """Raise what the path names."""
    raise REFUSALS[kind]


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    """A client of an application that refuses as it is asked to."""
    return make_app(refusals).test_client()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("malformed", 400),
        ("unauthenticated", 401),
        ("forbidden", 403),
        ("not_found", 404),
        ("duplicate", 409),
        ("precondition_failed", 412),
        ("precondition_required", 428),
        ("flood", 429),
        ("unavailable", 503),
        ("scoring_unavailable", 503),
    ],
)
def test_expected_errors_answer_as_problems(client: Any, kind: str, status: int) -> None:
    answer = client.get(f"/api/v1/refusals/{kind}", headers={"X-Request-ID": "abc-1"})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == kind
    assert answer.json["status"] == status
    assert answer.json["request_id"] == "abc-1" == answer.headers["X-Request-ID"]
    assert answer.json["type"] == f"http://localhost/docs#error-{kind}"
    assert set(answer.json) == {"type", "title", "status", "detail", "code", "request_id"}
    assert ("Retry-After" in answer.headers) == (status in (429, 503))
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("kind", ["internal", "error"])
def test_unexpected_error_says_nothing_and_logs_no_text(client: Any, kind: str) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = client.get(f"/api/v1/refusals/{kind}?q=private")
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    logged = json.dumps(lines)
    assert "test_web_errors.py" in logged
    assert "trace" in logged
    for private in ("ada@example.org", "secret text", "private", f"refusals/{kind}"):
        assert private not in logged
        assert private not in answer.text


def test_missing_route_and_wrong_method(client: Any) -> None:
    assert client.get("/api/v1/nowhere").json["code"] == "not_found"
    answer = client.delete("/api/v1/json")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "OPTIONS, POST"


def test_browser_outside_the_api_gets_a_page(client: Any) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert client.get("/nowhere").content_type == "application/problem+json"
