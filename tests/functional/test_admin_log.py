"""Every admin action is written down, with who and what, and without secrets."""

from __future__ import annotations

from typing import Any

LOG = "/api/v1/admin-log"


def _acts(admin: Any, **query: Any) -> list[tuple[str, str | None, str]]:
    items = admin.get(LOG, query_string=query).json["items"]
    return [(item["action"], item["site"], item["subject"]) for item in items]


def test_actions_are_listed_newest_first(admin: Any) -> None:
    user = {
        "email": "mo@example.com",
        "password": "a long password",
        "role": "moderator",
        "name": "Mo",
    }
    person = admin.post("/api/v1/users", json=user).json["id"]
    admin.patch(f"/api/v1/users/{person}", json={"password": "another long password"})
    admin.delete(f"/api/v1/users/{person}")
    made = admin.post("/api/v1/tokens", json={"role": "admin", "name": "bot"}).json
    admin.delete(f"/api/v1/tokens/{made['id']}")
    admin.delete(f"/api/v1/tokens/{made['id']}")
    admin.patch("/api/v1/sites/demo", json={"flood_s": 7, "body_max": 10_000})
    admin.put(
        "/api/v1/sites/demo/policy",
        json={"max_links": 1, "note": "fewer"},
        headers={"If-Match": "*"},
    )
    admin.post("/api/v1/sites/demo/policy/rollback", json={"version": 1})
    admin.put(
        "/api/v1/sites/demo/reasons", json={"reasons": [{"label": "Rude", "text": "It is rude."}]}
    )
    assert _acts(admin, limit=9) == [
        ("reasons_changed", "demo", "Demo"), ("policy_rolled_back", "demo", "version 3"),
        ("policy_changed", "demo", "version 2"), ("site_changed", "demo", "Demo"),
        ("token_revoked", None, "bot"), ("token_made", None, "bot"), ("user_removed", None, "Mo"),
        ("user_changed", None, "Mo"), ("user_added", None, "Mo")]  # fmt: skip
    listed = admin.get(LOG, query_string={"site": "demo", "limit": 4}).json
    changed = listed["items"][3]
    assert (changed["detail"], changed["by"]) == ({"flood_s": [None, 7]}, "admin token")
    older = admin.get(LOG, query_string={"site": "demo", "cursor": listed["next_cursor"]}).json
    assert [item["action"] for item in older["items"]] == ["site_created"]
    whole = str(admin.get(LOG, query_string={"limit": 100}).json)
    for secret in (made["token"], "long password", "mo@example.com"):
        assert secret not in whole


def test_a_change_that_was_refused_leaves_nothing(admin: Any) -> None:
    before = _acts(admin)
    admin.patch("/api/v1/sites/demo", json={"body_max": 0})
    admin.put("/api/v1/sites/demo/policy", json={"max_links": 1}, headers={"If-Match": '"7"'})
    admin.patch("/api/v1/sites/demo", json={"body_max": 10_000})
    assert _acts(admin) == before
