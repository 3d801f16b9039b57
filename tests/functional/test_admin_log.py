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


def test_webhooks_are_written_down_without_their_keys(admin: Any, runtime: Any) -> None:
    hooks = "/api/v1/sites/demo/webhooks"
    made = admin.post(hooks, json={"url": "https://hooks.example/services/k3y-in-the-path"}).json
    hook = f"{hooks}/{made['id']}"
    admin.patch(hook, json={"events": ["comment.published"]})
    admin.patch(hook, json={"events": ["comment.published"]})
    rotated = admin.post(f"{hook}/rotate", json={"overlap_s": 60}).json
    event = admin.post(f"{hook}/test").json
    admin.post(f"{hook}/deliveries/{event['id']}/redeliver")
    admin.patch(hook, json={"active": False})
    assert admin.post(f"{hook}/test").status_code == 409
    admin.delete(hook)
    assert [act for act in _acts(admin) if act[0].startswith("webhook")] == [
        (action, "demo", "https://hooks.example")
        for action in ("webhook_removed", "webhook_changed", "webhook_event_resent",
                       "webhook_tested", "webhook_secret_rotated", "webhook_changed",
                       "webhook_added")
    ]  # fmt: skip
    items = admin.get(LOG).json["items"]
    assert items[1]["detail"] == {"changed": ["active"], "state": "paused"}
    for secret in (made["secret"], rotated["secret"], "k3y-in-the-path"):
        assert secret not in str(items)


def test_coral_is_written_down_without_its_secret(admin: Any) -> None:
    secret = "a secret that Coral shows"
    admin.delete("/api/v1/sites/demo/coral")
    admin.put("/api/v1/sites/demo/coral", json={"signing_secret": secret})
    admin.put("/api/v1/sites/demo/coral", json={"keep_comments": True})
    admin.delete("/api/v1/sites/demo/coral")
    admin.delete("/api/v1/sites/demo/coral")
    items = admin.get(LOG, query_string={"site": "demo", "limit": 3}).json["items"]
    assert [(item["action"], item["detail"]) for item in items] == [
        ("coral_ended", {}), ("coral_set_up", {"keep_comments": "yes", "new_secret": "no"}),
        ("coral_set_up", {"keep_comments": "no", "new_secret": "yes"})]  # fmt: skip
    assert secret not in str(items)


def test_imports_are_written_down_with_what_came_of_them(
    admin: Any, run: Any, tmp_path: Any
) -> None:
    line = '{"id": "%d", "page_url": "https://news.example/bridge", "body": "Fine %d.", "created_at": 1}\n'
    path = tmp_path / "comments.jsonl"
    path.write_text("".join(line % (number, number) for number in range(2)) + "{broken")
    before = _acts(admin)
    run("import", "jsonl", str(path), "--site", "demo", "--dry-run")
    assert _acts(admin) == before
    run("import", "jsonl", str(path), "--site", "demo")
    path.write_text("".join(line % (number, number) for number in range(3)))
    run("import", "jsonl", str(path), "--site", "demo")
    items = admin.get(LOG, query_string={"site": "demo", "limit": 4}).json["items"]
    counts = {"from": "jsonl", "updated": 0, "skipped": 0, "closed": 0}
    assert [(item["action"], item["by"], item["detail"]) for item in items] == [
        ("import_ended", "operator", {**counts, "file": "whole", "imported": 1}),
        ("import_begun", "operator", {"from": "jsonl"}),
        ("import_ended", "operator", {**counts, "file": "broken off", "imported": 2}),
        ("import_begun", "operator", {"from": "jsonl"})]  # fmt: skip


def test_erasing_an_author_is_written_down_without_naming_them(
    admin: Any, run: Any, submit: Any
) -> None:
    submit()
    submit()
    submit(site="other", page_url="https://other.example/")
    run("erase-author", "ann@example.com", "--site", "demo", "--yes")
    run("erase-author", "ann@example.com", "--yes")
    run("erase-author", "ann@example.com", "--yes")
    items = admin.get(LOG, query_string={"limit": 2}).json["items"]
    assert [(item["action"], item["site"], item["subject"], item["detail"]) for item in items] == [
        ("author_erased", None, "an author", {"comments": 1}),
        ("author_erased", "demo", "an author", {"comments": 2})]  # fmt: skip
    assert "ann@example.com" not in str(items)
