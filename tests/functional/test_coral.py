"""Coral's external moderation phase: signed requests, answers by the site's policy."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

SECRET = "0123456789abcdef-as-coral-shows-it"
SETTING = "/api/v1/sites/demo/coral"


def _signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _request(text: Any, **fields: Any) -> bytes:
    """A request as Coral sends it, indented."""
    sent = {
        "action": "NEW",
        "comment": {"body": text, "parentID": None},
        "author": {"id": "baf4e943", "role": "COMMENTER"},
        "story": {"id": "245b3856", "url": "https://news.example/bridge"},
        "site": {"id": "a4bede88"},
        "tenantID": "19ba5794",
        "tenantDomain": "talk.news.example",
        **fields,
    }
    return json.dumps(sent, indent=2).encode()


@pytest.fixture
def coral(admin: Any, client: Any) -> Any:
    """Coral, asking ``demo`` about a text."""
    sent = {"signing_secret": SECRET}
    answer = admin.put(SETTING, json=sent)
    assert answer.status_code == 200
    assert SECRET not in answer.text
    url = answer.json["url"].removeprefix("https://comments.example")
    assert url == "/coral/demo"

    def ask(text: Any, **fields: Any) -> Any:
        body = _request(text, **fields)
        headers = {"X-Coral-Signature": _signature(body)}
        return client.post(url, data=body, headers=headers, content_type="application/json")

    return ask


def test_policy_answers_and_nothing_is_stored(coral: Any, admin: Any) -> None:
    fine = coral("<div>A fine bridge.</div>")
    assert (fine.status_code, fine.data) == (204, b"")
    assert coral("{toxicity=0.9}").json == {
        "status": "SYSTEM_WITHHELD",
        "actions": [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}],
    }
    links = " ".join(f'<a href="https://x.example/{n}">x{n}</a>' for n in range(4))
    assert coral(links).json == {
        "status": "SYSTEM_WITHHELD",
        "actions": [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_SPAM"}],
    }
    policy = admin.get("/api/v1/sites/demo/policy")
    wanted = {"blocked_words": ["pills"], "hold_first_comment": True}
    admin.put(
        "/api/v1/sites/demo/policy", json=wanted, headers={"If-Match": policy.headers["ETag"]}
    )
    assert coral("Cheap <b>pills</b>!").json == {"status": "REJECTED"}
    assert coral("A fine bridge.").status_code == 204
    assert admin.get("/api/v1/sites/demo/export").text == ""


def test_what_cannot_be_judged_is_held(coral: Any, scorer: Any) -> None:
    held = {"status": "SYSTEM_WITHHELD"}
    assert coral("x" * 50_001).json == held
    assert coral(None).json == held
    scorer.down = "gone"
    assert coral("A fine bridge.").json == held
    scorer.down = None
    assert coral("").status_code == 204


def test_only_the_sites_coral_is_answered(coral: Any, client: Any, admin: Any) -> None:
    body = _request("A fine bridge.")
    good, wrong = _signature(body), _signature(body, "another secret altogether")

    def status(signature: str | None, url: str = "/coral/demo") -> int:
        headers = {"X-Coral-Signature": signature} if signature is not None else {}
        return int(client.post(url, data=body, headers=headers).status_code)

    assert status(good) == 204
    # While Coral's secret changes, it signs with both.
    assert status(f"{wrong},{good}") == 204
    for signature in (None, "", wrong, good.removeprefix("sha256="), good + "0", "sha256=\u00e4"):
        assert status(signature) == 401, signature
    assert status(good, "/coral/other") == 401
    assert status(good, "/coral/nowhere") == 401
    assert client.post(
        "/coral/demo", data=b"\xff{", headers={"X-Coral-Signature": _signature(b"\xff{")}
    ).json == {"status": "SYSTEM_WITHHELD"}
    assert admin.delete(SETTING).status_code == 204
    assert admin.get(SETTING).json["enabled"] is False
    assert status(good) == 401


def test_comments_are_kept_where_the_site_says_so(coral: Any, admin: Any, moderator: Any) -> None:
    # The secret stays when only the other setting is sent.
    assert admin.put(SETTING, json={"keep_comments": True}).json["keep_comments"] is True
    assert coral("<p>Fine.</p>").status_code == 204
    assert coral("{insult=0.9}").json["status"] == "SYSTEM_WITHHELD"
    assert coral("Elsewhere.", story={"id": "1", "url": "https://far.example/"}).status_code == 204
    rows = [json.loads(line) for line in admin.get("/api/v1/sites/demo/export").text.splitlines()]
    assert [(row["body"], row["status"]) for row in rows] == [
        ("Fine.", "published"),
        ("{insult=0.9}", "queued"),
    ]
    (item,) = moderator.get("/api/v1/queue").json["items"]
    assert item["author"]["history"]["published"] == 1
    detail = moderator.get(f"/api/v1/comments/{item['id']}").json
    assert any(line["effect"] == "queue" for line in detail["trace"])


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"signing_secret": "short"},
        {"signing_secret": "x" * 201},
        {"keep_comments": "yes"},
        {"other": 1},
    ],
)
def test_wrong_setting_is_named(admin: Any, sent: Any) -> None:
    answer = admin.put(SETTING, json=sent)
    assert answer.status_code == 422
    assert set(answer.json["errors"]) <= {"signing_secret", "keep_comments", "other"}
