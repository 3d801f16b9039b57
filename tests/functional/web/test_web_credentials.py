"""Tokens, sessions, CSRF, and who may call what."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from moderation.web.access_rules import declared_routes
from moderation.web.api.blueprint import Blueprint
from moderation.web.auth import access


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/api/v1/json", "POST", {"site", "moderator", "admin"}),
        ("/api/v1/optional", "PUT", {"moderator", "admin"}),
        ("/api/v1/sites/demo/policy", "PUT", {"admin"}),
        ("/api/v1/session", "GET", set()),
    ],
)
def test_roles(client: Any, path: str, method: str, allowed: set[str], bearer: Any) -> None:
    for role in ("site", "moderator", "admin"):
        status = client.open(path, method=method, headers=bearer(role)).status_code
        assert (status != 403) == (role in allowed), role
    assert client.open(path, method=method).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer nope", "Bearer", "Basic YTpi", "", "Bearer a b", "\xff"]
)
def test_bad_credential_is_refused_even_on_public_routes(client: Any, header: str) -> None:
    answer = client.get("/api/v1/query", headers={"Authorization": header})
    assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")


def test_credential_comes_before_path_and_body(client: Any) -> None:
    answer = client.post("/api/v1/json", data=b"\xff", content_type="text/plain")
    assert answer.status_code == 401
    assert client.put("/api/v1/sites/a%00b/policy").status_code == 401


def test_session_signs_in_reads_and_ends(client: Any, sign_in: Any) -> None:
    assert client.get("/api/v1/session").status_code == 401
    csrf = sign_in(client)
    answer = client.get("/api/v1/session")
    assert answer.json["user"] == {
        "id": "u-admin",
        "name": "Ada",
        "email": "ada@example.org",
        "role": "admin",
        "sites": ["demo"],
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.delete("/api/v1/session").json["code"] == "csrf"
    gone = client.delete("/api/v1/session", headers={"X-CSRFToken": csrf})
    assert (gone.status_code, gone.data) == (204, b"")
    assert client.get("/api/v1/session").status_code == 401


def test_wrong_password_and_unknown_person_are_answered_alike(client: Any) -> None:
    answers = [
        client.post("/api/v1/session", json={"email": email, "password": "wrong"}).json
        for email in ("ada@example.org", "nobody@example.org")
    ]
    for answer in answers:
        answer.pop("request_id")
    assert answers[0] == answers[1]
    assert answers[0]["code"] == "bad_credentials"
    assert answers[0]["status"] == 401


def test_log_in_takes_json_only(client: Any) -> None:
    answer = client.post("/api/v1/session", data={"email": "a", "password": "b"})
    assert answer.status_code == 415


def test_session_cookie_is_protected(make_app: Any) -> None:
    client = make_app(base_url="https://moderation.example").test_client()
    answer = client.post(
        "/api/v1/session", json={"email": "ada@example.org", "password": "correct horse"}
    )
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" in cookie


def test_log_in_drops_what_the_session_held(client: Any, sign_in: Any) -> None:
    with client.session_transaction() as session:
        session["planted"] = "x"
        session["csrf_token"] = "known"
    sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["csrf_token"] != "known"


def test_changes_by_cookie_need_the_csrf_token(client: Any, bearer: Any, sign_in: Any) -> None:
    csrf = sign_in(client, "mo@example.org")
    for wrong in ({}, {"X-CSRFToken": "x"}, {"X-CSRFToken": "\xff"}):
        answer = client.post("/api/v1/reviews", json={"id": "1"}, headers=wrong)
        assert (answer.status_code, answer.json["code"]) == (403, "csrf")
    answer = client.post("/api/v1/reviews", json={"id": "1"}, headers={"X-CSRFToken": csrf})
    assert answer.json == {"got": {"id": "1"}, "by": "user:u-mod"}
    answer = client.post("/api/v1/reviews", data={"id": "1", "csrf_token": csrf})
    assert answer.json["got"] == {"id": "1"}
    assert (
        client.post("/api/v1/reviews", json={"id": "1"}, headers=bearer("moderator")).json["by"]
        == "token:t-moderator"
    )


def test_another_sessions_csrf_token_does_not_fit(app: Flask, sign_in: Any) -> None:
    foreign = sign_in(app.test_client())
    client = app.test_client()
    sign_in(client, "mo@example.org")
    answer = client.post("/api/v1/reviews", json={"id": "1"}, headers={"X-CSRFToken": foreign})
    assert answer.json["code"] == "csrf"


def test_cookie_gives_nothing_and_costs_nothing_on_public_routes(client: Any, sign_in: Any) -> None:
    sign_in(client)
    answer = client.post("/api/v1/sites/demo/comments", json={"name": "a"})
    assert (answer.status_code, answer.json["by"]) == (201, "anonymous")


def test_password_change_ends_other_sessions(app: Flask, sign_in: Any) -> None:
    here, elsewhere = app.test_client(), app.test_client()
    headers = {"X-CSRFToken": sign_in(here)}
    sign_in(elsewhere)
    url, new = "/api/v1/session/password", "a longer password"
    short = here.post(url, json={"current": "correct horse", "new": "short"}, headers=headers)
    assert list(short.json["errors"]) == ["new"]
    wrong = here.post(url, json={"current": "no", "new": new}, headers=headers)
    assert wrong.json["code"] == "bad_credentials"
    assert (
        here.post(url, json={"current": "correct horse", "new": new}, headers=headers).status_code
        == 204
    )
    assert here.get("/api/v1/session").status_code == 200
    assert elsewhere.get("/api/v1/session").status_code == 401


def test_forged_session_cookie_is_anonymous(client: Any) -> None:
    client.set_cookie("moderation_session", "eyJ1c2VyX2lkIjoidS1hZG1pbiJ9.x.y")
    assert client.get("/api/v1/session").status_code == 401


def test_every_route_declares_who_may_call(app: Flask) -> None:
    assert [route for route in declared_routes(app) if route.access is None] == []
    app.add_url_rule("/open", view_func=lambda: "x", endpoint="open")
    assert [r.rule for r in declared_routes(app) if r.access is None] == ["/open"]


def test_route_without_outermost_access_is_refused() -> None:
    blueprint = Blueprint("bad", __name__)
    with pytest.raises(TypeError, match="access"):
        blueprint.route("/a")(lambda: "x")
    with pytest.raises(TypeError, match="outermost"):
        blueprint.route("/b")(blueprint.response(200)(access("public")(lambda: "x")))
