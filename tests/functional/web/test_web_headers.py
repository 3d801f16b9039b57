"""Headers of every answer, CORS, ETags, health, the request log."""

from __future__ import annotations

import json
from typing import Any

import pytest
import structlog
from flask import Flask

ORIGIN = "https://news.example"


def test_security_headers(client: Any, bearer: Any) -> None:
    headers = client.get("/api/v1/query").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in headers
    assert "Cache-Control" not in headers
    assert (
        client.post("/api/v1/json", headers=bearer("site")).headers["Cache-Control"] == "no-store"
    )


def test_cors_is_for_the_sites_own_origins(client: Any) -> None:
    url = "/api/v1/sites/demo/comments"
    good = client.post(url, json={}, headers={"Origin": ORIGIN})
    assert good.status_code == 422
    assert good.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in good.headers
    assert "Retry-After" in good.headers["Access-Control-Expose-Headers"]
    for other in ("https://evil.example", "null", ORIGIN + "/"):
        answer = client.post(url, json={}, headers={"Origin": other})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Origin" in answer.headers["Vary"]
    foreign = client.post(url.replace("demo", "other"), json={}, headers={"Origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in foreign.headers
    private = client.put("/api/v1/sites/demo/policy", headers={"Origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in private.headers


def test_preflight_is_answered(client: Any) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answer = client.options("/api/v1/sites/demo/comments", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Max-Age"] == "600"
    other = client.options(
        "/api/v1/sites/demo/comments", headers=asked | {"Origin": "https://evil.example"}
    )
    assert "Access-Control-Allow-Origin" not in other.headers


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 428),
        ('"7"', 200),
        ('W/"7"', 200),
        ("*", 200),
        ('"6", "7"', 200),
        ('"6"', 412),
        ("7", 412),
        ("", 412),
        ('"7', 412),
        ('"7",', 412),
        ('"7"' * 1000, 412),
        ("\xff\xfe", 412),
    ],
)
def test_if_match(client: Any, given: str | None, status: int, bearer: Any) -> None:
    headers = bearer("admin") | ({} if given is None else {"If-Match": given})
    answer = client.put("/api/v1/sites/demo/policy", headers=headers)
    assert answer.status_code == status
    assert status != 200 or answer.headers["ETag"] == '"8"'


def test_unchanged_list_is_not_sent_again(client: Any) -> None:
    tag = client.get("/api/v1/sites/demo/list").headers["ETag"]
    for given in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = client.get("/api/v1/sites/demo/list", headers={"If-None-Match": given})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    answer = client.get("/api/v1/sites/demo/list", headers={"If-None-Match": "garbage"})
    assert answer.status_code == 200


def test_health(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    app.extensions["moderation"].parts[1] = ("scorer", False, "the model file is missing")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not_ready",
        "parts": {
            "store": {"ok": True, "detail": "writable"},
            "scorer": {"ok": False, "detail": "the model file is missing"},
        },
    }


@pytest.mark.parametrize(
    ("given", "echoed"), [("a" * 128, True), ("a" * 129, False), ("a b", False), ("", False)]
)
def test_request_id_is_echoed_or_made(client: Any, given: str, echoed: bool) -> None:
    answered = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (answered == given) == echoed
    assert answered


def test_log_line_holds_the_template_and_no_person(client: Any, bearer: Any, sign_in: Any) -> None:
    sign_in(client)
    with structlog.testing.capture_logs() as lines:
        client.get("/api/v1/sites/very-private/list?q=hidden", headers=bearer("moderator"))
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["route"] == "/api/v1/sites/<site>/list"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert (line["caller"], line["role"]) == ("token", "moderator")
    assert line["duration_ms"] >= 0
    assert line["request_id"]
    for private in ("very-private", "hidden", "127.0.0.1", "t-moderator", "Mo"):
        assert private not in json.dumps({k: v for k, v in line.items() if k != "role"}).replace(
            '"caller": "token"', ""
        )
