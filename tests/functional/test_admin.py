"""Sites, people and tokens."""

from __future__ import annotations

from typing import Any

import pytest


def test_site_is_made_read_and_changed(admin: Any) -> None:
    sent = {"slug": "gazette", "name": "Gazette", "origins": ["https://Gazette.example/"]}
    made = admin.post("/api/v1/sites", json=sent)
    assert made.status_code == 201
    assert made.json["origins"] == ["https://gazette.example"]
    assert made.json["body_max"] == 10_000
    again = admin.post("/api/v1/sites", json=sent)
    assert (again.status_code, again.json["code"]) == (409, "site_exists")
    changed = admin.patch("/api/v1/sites/gazette", json={"name": "The Gazette", "flood_s": 20})
    assert (changed.json["name"], changed.json["flood_s"]) == ("The Gazette", 20)
    assert admin.get("/api/v1/sites/gazette").json == changed.json
    slugs = [item["slug"] for item in admin.get("/api/v1/sites").json["items"]]
    assert slugs == ["demo", "gazette", "other"]
    assert admin.get("/api/v1/sites/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"slug": "No Spaces"}, "slug"), ({"slug": "-x"}, "slug"), ({"slug": "x" * 64}, "slug"),
        ({"name": " "}, "name"), ({"origins": []}, "origins"), ({"origins": ["news.example"]}, "origins.0"),
        ({"origins": ["https://news.example/path"]}, "origins.0"),
        ({"origins": ["https://u:p@news.example"]}, "origins.0"), ({"body_max": 0}, "body_max"),
        ({"body_max": "5"}, "body_max"), ({"settings": {"flood_s": -1}}, "flood_s"),
        ({"settings": {"surprise": 1}}, "settings.surprise"),
        ({"mail_language": "xx"}, "mail_language"), ({"mail_language": ["de"]}, "mail_language"),
        ({"mail_language": None}, "mail_language"),
    ],
)  # fmt: skip
def test_bad_site_is_named(admin: Any, sent: Any, field: str) -> None:
    good = {"slug": "gazette", "name": "Gazette", "origins": ["https://gazette.example"]}
    answer = admin.post("/api/v1/sites", json={**good, **sent})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_user_is_added_changed_and_removed(admin: Any, client: Any) -> None:
    sent = {
        "email": "Mo@example.com",
        "password": "a long password",
        "role": "moderator",
        "sites": ["demo"],
    }
    made = admin.post("/api/v1/users", json=sent)
    assert made.status_code == 201
    assert "password" not in str(made.json)
    assert (
        admin.post("/api/v1/users", json={**sent, "email": "mo@EXAMPLE.com"}).json["code"]
        == "user_exists"
    )
    session = client.post(
        "/api/v1/session", json={"email": "mo@example.com", "password": "a long password"}
    )
    assert session.status_code == 200
    assert session.json["user"]["sites"] == ["demo"]
    assert client.get("/api/v1/queue").status_code == 200
    admin.patch(f"/api/v1/users/{made.json['id']}", json={"active": False})
    assert client.get("/api/v1/queue").status_code == 401
    assert admin.delete(f"/api/v1/users/{made.json['id']}").status_code == 204
    assert admin.get(f"/api/v1/users/{made.json['id']}").status_code == 404


def test_last_admin_stays(admin: Any) -> None:
    sent = {"email": "boss@example.com", "password": "a long password", "role": "admin"}
    boss = admin.post("/api/v1/users", json=sent).json["id"]
    for answer in (
        admin.delete(f"/api/v1/users/{boss}"),
        admin.patch(f"/api/v1/users/{boss}", json={"active": False}),
        admin.patch(f"/api/v1/users/{boss}", json={"role": "moderator"}),
    ):
        assert (answer.status_code, answer.json["code"]) == (409, "last_admin")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"email": "nobody"}, "email"), ({"password": "short"}, "password"), ({"role": "boss"}, "role"),
        ({"sites": ["nowhere"]}, "sites"), ({"name": "two\nlines"}, "name"),
    ],
)  # fmt: skip
def test_bad_user_is_named(admin: Any, sent: Any, field: str) -> None:
    good = {"email": "mo@example.com", "password": "a long password", "role": "moderator"}
    answer = admin.post("/api/v1/users", json={**good, **sent})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_token_is_shown_once_and_revoked(admin: Any, client: Any) -> None:
    made = admin.post(
        "/api/v1/tokens", json={"role": "moderator", "sites": ["demo"], "name": "bot"}
    )
    assert made.status_code == 201
    headers = {"Authorization": f"Bearer {made.json['token']}"}
    assert client.get("/api/v1/queue", headers=headers).status_code == 200
    listed = admin.get("/api/v1/tokens").json["items"]
    assert made.json["token"] not in str(listed)
    assert [item["name"] for item in listed] == ["admin token", "bot"]
    assert listed[1]["last_used_at"]
    assert admin.delete(f"/api/v1/tokens/{made.json['id']}").status_code == 204
    assert client.get("/api/v1/queue", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"role": "site"}, "sites"), ({"role": "site", "sites": ["demo", "other"]}, "sites"),
     ({"role": "moderator"}, "sites"), ({"role": "site", "sites": ["nowhere"]}, "sites"), ({"role": "x"}, "role")],
)  # fmt: skip
def test_bad_token_request_is_named(admin: Any, sent: Any, field: str) -> None:
    answer = admin.post("/api/v1/tokens", json=sent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_texts_are_scored_for_programs_and_not_stored(as_role: Any) -> None:
    site = as_role("site", "demo")
    answer = site.post("/api/v1/score", json={"texts": ["{insult=0.9}", ""]})
    assert answer.status_code == 200
    assert answer.json["model"] == {"name": "fake", "version": "1"}
    assert answer.json["results"][0]["scores"]["insult"] == 0.9
    assert [result["truncated"] for result in answer.json["results"]] == [False, False]


@pytest.mark.parametrize("texts", [[], ["x"] * 129, "text", [1], ["x" * 50_001], ["\x00"]])
def test_bad_texts_are_named(as_role: Any, texts: Any) -> None:
    answer = as_role("site", "demo").post("/api/v1/score", json={"texts": texts})
    assert answer.status_code == 422
    assert next(iter(answer.json["errors"])).startswith("texts")


def test_scoring_without_a_scorer_is_unavailable(as_role: Any, scorer: Any) -> None:
    scorer.down = "no model"
    answer = as_role("site", "demo").post("/api/v1/score", json={"texts": ["x"]})
    assert (answer.status_code, answer.json["code"]) == (503, "scoring_unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_receipt_tells_the_writer_where_the_comment_stands(
    submit: Any, client: Any, moderator: Any
) -> None:
    held = submit(body="{insult=0.9}").json
    receipt = client.get(f"/api/v1/receipts/{held['receipt']['token']}")
    assert receipt.status_code == 200
    assert receipt.json["status"] == "queued"
    assert receipt.json["reasons"][0]["code"] == "insult"
    assert "0.9" not in receipt.json["reasons"][0]["text"]
    assert receipt.headers["Cache-Control"] == "no-store"
    moderator.post(
        f"/api/v1/comments/{held['id']}/decisions",
        json={"action": "reject", "version": 1, "reason": "Personal attack"},
    )
    receipt = client.get(f"/api/v1/receipts/{held['receipt']['token']}").json
    assert (receipt["status"], receipt["reasons"][0]["text"]) == ("rejected", "Personal attack")
    assert client.get("/api/v1/receipts/nonsense").status_code == 404
