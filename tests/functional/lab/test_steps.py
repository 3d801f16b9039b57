"""Shadow, deciding the queue again, drift."""

from __future__ import annotations

from typing import Any

from tests.conftest import OPERATOR
from tests.functional.lab.test_preview import decide, put

__all__ = ["decide", "put"]

POLICY = "/api/v1/sites/demo/policy"
INSULT = {"insult": {"queue_at": 0.8, "reject_at": 0.95}}


def _status(moderator: Any, comment_id: str) -> str:
    return str(moderator.get(f"/api/v1/comments/{comment_id}").json["status"])


def test_a_shadow_judges_new_comments_without_effect_and_is_promoted_in_one_step(
    admin: Any, submit: Any, clock: Any, moderator: Any
) -> None:
    submit(body="before {insult=0.7}")
    clock.move(seconds=10)
    sent = {"policy": {"thresholds": INSULT, "note": "less to read"}}
    begun = admin.put(f"{POLICY}/shadow", json=sent).json["shadow"]
    assert (begun["preview"]["comments"], begun["note"]) == (0, "less to read")
    held = submit(body="{insult=0.7}").json["id"]
    submit(body="fine")
    shadow = admin.get(f"{POLICY}/shadow").json["shadow"]
    assert (shadow["preview"]["comments"], shadow["preview"]["changed"]) == (2, 1)
    assert [item["id"] for item in shadow["preview"]["examples"]] == [held]
    assert _status(moderator, held) == "queued"
    assert admin.get(POLICY).json["version"] == 1
    assert admin.post(f"{POLICY}/shadow/promote", json={}).status_code == 428
    live = admin.post(f"{POLICY}/shadow/promote", json={}, headers={"If-Match": '"1"'}).json
    assert (live["version"], live["note"]) == (2, "less to read")
    assert live["thresholds"] == INSULT
    assert admin.get(f"{POLICY}/shadow").json == {"shadow": None}
    assert (
        admin.post(f"{POLICY}/shadow/promote", json={}, headers={"If-Match": "*"}).status_code
        == 404
    )
    assert admin.delete(f"{POLICY}/shadow").status_code == 204
    bad = admin.put(f"{POLICY}/shadow", json={"policy": {"max_links": -1}})
    assert list(bad.json["errors"]) == ["policy.max_links"]


def test_the_queue_is_decided_again_only_when_asked_and_can_be_undone(
    admin: Any, submit: Any, put: Any, decide: Any, moderator: Any, client: Any
) -> None:
    ids = {score: submit(body=f"{{insult={score}}}").json["id"] for score in (0.7, 0.85, 0.97)}
    escalated = submit(body="{insult=0.7} up").json["id"]
    decide(escalated, "escalate")
    edited = submit(body="{insult=0.7} old").json
    receipt = f"/api/v1/receipts/{edited['receipt']['token']}"
    assert client.patch(receipt, json={"body": "{insult=0.7} new"}).status_code == 200
    assert admin.get(f"{POLICY}/redecide").json["published"] == []
    put(thresholds=INSULT)
    assert [_status(moderator, comment_id) for comment_id in ids.values()] == ["queued"] * 3
    seen = admin.get(f"{POLICY}/redecide").json
    assert (seen["waiting"], seen["version"], seen["batch_id"]) == (3, 2, None)
    assert (seen["published"], seen["rejected"]) == ([ids[0.7]], [ids[0.97]])
    stale = admin.post(f"{POLICY}/redecide", json={"version": 1})
    assert (stale.status_code, stale.json["code"]) == (409, "stale")
    done = admin.post(f"{POLICY}/redecide", json={"version": 2}).json
    assert (done["published"], done["rejected"]) == (seen["published"], seen["rejected"])
    assert [_status(moderator, one) for one in ids.values()] == ["published", "queued", "rejected"]
    assert [_status(moderator, one) for one in (escalated, edited["id"])] == ["queued", "queued"]
    undone = admin.post(f"/api/v1/decisions/batches/{done['batch_id']}/undo").json
    assert all(result["ok"] for result in undone["results"])
    assert [_status(moderator, comment_id) for comment_id in ids.values()] == ["queued"] * 3
    view = admin.post(f"{POLICY}/preview", json={"policy": {"thresholds": {}}}).json
    assert {move["judged"] for move in view["moves"]} == {None}


def test_a_week_of_other_scores_is_noticed(admin: Any, submit: Any, clock: Any) -> None:
    for place in range(40):
        submit(body=f"{{toxicity=0.1}} {place}")
    clock.move(days=8)
    for place in range(40):
        submit(body=f"{{toxicity=0.{5 + place % 4}}} later {place}")
    weeks = admin.get("/api/v1/sites/demo/drift").json["weeks"]
    assert len(weeks) == 12
    assert (weeks[-1]["comments"], weeks[-2]["comments"]) == (40, 40)
    assert weeks[-1]["moved"] == ["toxicity"]
    assert weeks[-1]["stability"]["insult"] == 0
    assert weeks[-2]["stability"] == {}
    assert (weeks[-2]["share_queued"], weeks[-1]["share_queued"]) == (0, 0.5)
    assert weeks[0]["share_queued"] is None


def test_a_share_of_fewer_than_thirty_is_not_given(admin: Any, submit: Any, clock: Any) -> None:
    for place in range(29):
        submit(body=f"{{insult=0.9}} {place}")
    clock.move(seconds=1)
    assert admin.get("/api/v1/sites/demo/drift").json["weeks"][-1]["share_queued"] is None
    submit(body="fine")
    clock.move(seconds=1)
    week = admin.get("/api/v1/sites/demo/drift").json["weeks"][-1]
    assert week["share_queued"] == 29 / 30


def test_the_overview_gives_no_share_from_few_decisions(
    submit: Any, decide: Any, runtime: Any
) -> None:
    for place in range(29):
        decide(submit(body=f"{{insult=0.9}} {place}").json["id"], "approve")
    (reason,) = runtime.services.oversee.overview(OPERATOR).by_reason
    assert (reason.decided, reason.approved_share) == (29, None)
    decide(submit(body="{insult=0.9}").json["id"], "reject")
    (reason,) = runtime.services.oversee.overview(OPERATOR).by_reason
    assert reason.approved_share == 100 * 29 / 30
