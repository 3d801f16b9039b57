"""Blind audits and second reviews: nothing given away, nothing changed, and counted rightly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from moderation.domain.intervals import wilson
from tests.functional.lab.test_preview import decide, preview, put

__all__ = ["decide", "preview", "put"]


@pytest.fixture
def judge(moderator: Any) -> Callable[..., Any]:
    def act(item_id: str, verdict: str, who: Any = moderator, **fields: Any) -> Any:
        return who.post(f"/api/v1/blind/{item_id}/verdicts", json={"verdict": verdict, **fields})

    return act


def _all(caller: Any) -> list[Any]:
    items, cursor = [], None
    while True:
        query = {"limit": 25, **({"cursor": cursor} if cursor else {})}
        answer = caller.get("/api/v1/blind", query_string=query).json
        items += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            return items


def test_audits_show_body_and_page_only_and_change_nothing(
    put: Any, submit: Any, moderator: Any, judge: Any, client: Any, as_role: Any
) -> None:
    submit(body="before audits")
    put(audit_rate=1)
    made = submit(body="A public one", page_title="Bridge").json
    submit(body="{insult=0.9} a held one")
    (item,) = _all(moderator)
    assert item == {
        "id": item["id"],
        "body": "A public one",
        "page_url": made["page_url"],
        "page_title": "Bridge",
    }
    assert made["id"] not in str(item)
    assert _all(as_role("moderator", "other")) == []
    assert judge(item["id"], "reject", who=as_role("moderator", "other")).status_code == 404
    answer = judge(item["id"], "reject", reason="Rude")
    assert answer.status_code == 200
    assert (answer.json["verdict"], answer.json["reason"]) == ("reject", "Rude")
    assert judge(item["id"], "approve").json["code"] == "stale"
    assert _all(moderator) == []
    receipt = client.get(f"/api/v1/receipts/{made['receipt']['token']}").json
    assert receipt["status"] == "published"
    history = moderator.get(f"/api/v1/comments/{made['id']}/history").json["items"]
    assert len(history) == 1
    assert made["id"] not in str(moderator.get("/api/v1/queue").json)
    stored = client.get(f"/api/v1/receipts/{made['receipt']['token']}/export").json
    assert [(review["verdict"], review["reason"]) for review in stored["reviews"]] == [
        ("reject", "Rude")
    ]


def test_rate_draws_a_share_and_the_miss_estimate_weighs_by_it(
    put: Any, submit: Any, moderator: Any, judge: Any, preview: Any
) -> None:
    put(audit_rate=0.5)
    for place in range(90):
        submit(body=f"{'bad' if place % 10 == 0 else 'good'} {place}")
    items = _all(moderator)
    assert 30 <= len(items) <= 60
    bad = [item for item in items if item["body"].startswith("bad")]
    for item in items:
        judge(item["id"], "reject" if item in bad else "approve")
    missed = preview()["quality"]["missed"]
    share = len(bad) / len(items)
    low, high = wilson(share, len(items))
    assert missed["n"] == len(items)
    assert missed["value"] == pytest.approx(90 * share)
    assert (missed["low"], missed["high"]) == (pytest.approx(90 * low), pytest.approx(90 * high))


def test_different_rates_weigh_differently(
    put: Any, submit: Any, moderator: Any, judge: Any, preview: Any
) -> None:
    put(audit_rate=1)
    for place in range(30):
        submit(body=f"bad {place}")
    put(audit_rate=0.25)
    for place in range(60):
        submit(body=f"good {place}")
    items = _all(moderator)
    few = len(items) - 30
    assert 0 < few < 30
    for item in items:
        judge(item["id"], "reject" if item["body"].startswith("bad") else "approve")
    # Thirty counted once each beside a few that stand for four each, scaled to all ninety.
    wanted = 90 * 30 / (30 + 4 * few)
    assert preview()["quality"]["missed"]["value"] == pytest.approx(wanted)


def test_an_edit_takes_the_audit_back_and_erasure_leaves_nothing(
    put: Any, submit: Any, moderator: Any, client: Any, judge: Any, preview: Any
) -> None:
    put(audit_rate=1)
    receipt = f"/api/v1/receipts/{submit(body='first words').json['receipt']['token']}"
    client.patch(receipt, json={"body": "other words"})
    (item,) = _all(moderator)
    assert item["body"] == "other words"
    judge(item["id"], "reject")
    assert preview(mode="hold_all")["moves"][0]["judged"] == "rejected"
    client.patch(receipt, json={"body": "third words"})
    assert preview(mode="hold_all")["moves"][0]["judged"] is None
    assert len(_all(moderator)) == 1
    client.delete(receipt, query_string={"erase": "1"})
    assert _all(moderator) == []
    assert client.get(f"{receipt}/export").json["reviews"] == []


def test_second_reviews_go_to_somebody_else_and_give_kappa(
    admin: Any, submit: Any, moderator: Any, decide: Any, judge: Any, as_role: Any
) -> None:
    other = as_role("moderator", "demo")
    assert admin.patch("/api/v1/sites/demo", json={"second_review_percent": 100}).status_code == 200
    for place in range(40):
        held = submit(body=f"{{insult=0.9}} {place}").json["id"]
        decide(held, "reject" if place % 2 else "approve")
    assert _all(moderator) == []
    items = _all(other)
    assert len(items) == 40
    mine = judge(items[0]["id"], "approve")
    assert mine.status_code == 404
    for item in items:
        odd = int(item["body"].split()[1]) % 2
        disagree = item["body"].endswith(" 3")
        judge(item["id"], "spam" if odd and not disagree else "approve", who=other)
    view = admin.get("/api/v1/sites/demo/agreement").json
    assert (view["overall"]["items"], view["overall"]["agreed"]) == (40, 39)
    assert view["overall"]["kappa"]["value"] == pytest.approx(0.95)
    assert view["overall"]["kappa"]["low"] < 0.95 < view["overall"]["kappa"]["high"]
    assert [(entry["who"], entry["items"]) for entry in view["reasons"]] == [(["insult"], 40)]
    assert view["pairs"][0]["kappa"] == view["overall"]["kappa"]


def test_undoing_a_decision_takes_its_second_review_back(
    admin: Any, submit: Any, moderator: Any, decide: Any, as_role: Any
) -> None:
    admin.patch("/api/v1/sites/demo", json={"second_review_percent": 100})
    undone = decide(submit(body="{insult=0.9}").json["id"], "reject")
    other = as_role("moderator", "demo")
    assert len(_all(other)) == 1
    moderator.post(f"/api/v1/decisions/{undone}/undo")
    assert _all(other) == []


@pytest.mark.parametrize(
    ("sent", "field"),
    [({}, "verdict"), ({"verdict": "maybe"}, "verdict"), ({"verdict": "approve", "reason": "x" * 101}, "reason"),
     ({"verdict": "approve", "note": "x"}, "note")],
)  # fmt: skip
def test_bad_verdict_is_named(moderator: Any, sent: Any, field: str) -> None:
    answer = moderator.post("/api/v1/blind/nothing/verdicts", json=sent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    good = moderator.post("/api/v1/blind/nothing/verdicts", json={"verdict": "approve"})
    assert good.status_code == 404
