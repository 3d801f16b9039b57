"""A candidate policy over stored scores: exact counts, and estimates that own up to little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from moderation.domain.intervals import wilson

POLICY = "/api/v1/sites/demo/policy"


@pytest.fixture
def preview(admin: Any) -> Callable[..., Any]:
    """Preview fields of a candidate: ``preview(max_links=1)``."""

    def ask(days: int = 30, **policy: Any) -> Any:
        answer = admin.post(f"{POLICY}/preview", json={"policy": policy, "days": days})
        assert answer.status_code == 200, answer.json
        return answer.json

    return ask


@pytest.fixture
def put(admin: Any) -> Callable[..., Any]:
    def change(**fields: Any) -> Any:
        tag = admin.get(POLICY).headers["ETag"]
        answer = admin.put(POLICY, json=fields, headers={"If-Match": tag})
        assert answer.status_code == 200, answer.json

    return change


@pytest.fixture
def decide(moderator: Any) -> Callable[..., Any]:
    def act(comment_id: str, action: str, version: int = 1) -> Any:
        answer = moderator.post(
            f"/api/v1/comments/{comment_id}/decisions", json={"action": action, "version": version}
        )
        assert answer.status_code == 200, answer.json
        return answer.json["id"]

    return act


def _only(label: str, queue_at: float | None, reject_at: float | None = None) -> Any:
    return {label: {"queue_at": queue_at, "reject_at": reject_at}}


def test_candidate_is_replayed_on_stored_scores_and_nothing_is_scored(
    preview: Any, submit: Any, scorer: Any, clock: Any
) -> None:
    for score in (0.1, 0.3, 0.5, 0.7, 0.9):
        submit(body=f"{{insult={score}}}")
    clock.move(days=40)
    ids = {score: submit(body=f"later {{insult={score}}}").json["id"] for score in (0.2, 0.5, 0.8)}
    asked = len(scorer.calls)
    view = preview(thresholds=_only("insult", 0.5, 0.8))
    assert len(scorer.calls) == asked
    assert view["comments"] == 3
    assert view["live"] == {"published": 2, "queued": 1, "rejected": 0}
    assert view["candidate"] == {"published": 1, "queued": 1, "rejected": 1}
    assert view["queue_per_day"] == {
        "live": pytest.approx(1 / 30),
        "candidate": pytest.approx(1 / 30),
    }
    moves = {item["id"]: (item["from"], item["to"]) for item in view["examples"]}
    assert moves == {ids[0.5]: ("published", "queued"), ids[0.8]: ("queued", "rejected")}
    assert view["changed"] == sum(move["count"] for move in view["moves"]) == 2
    assert view["examples"][0]["scores"]["insult"] in (0.5, 0.8)
    assert preview(thresholds=_only("insult", 0.5, 0.8)) == view
    assert preview(days=60)["comments"] == 8
    estimate = {"value": None, "low": None, "high": None, "n": 0}
    assert view["quality"] == {"held_precision": estimate, "missed": estimate}


def test_live_is_the_policy_now_in_force_not_todays_status(
    preview: Any, submit: Any, put: Any, decide: Any
) -> None:
    held = submit(body="{insult=0.9}").json["id"]
    decide(held, "approve")
    put(thresholds=_only("insult", 0.95))
    view = preview()
    assert (view["live"], view["changed"]) == (view["candidate"], 0)
    assert view["live"] == {"published": 1, "queued": 0, "rejected": 0}


def test_rules_of_the_candidate_are_replayed_too(preview: Any, submit: Any, put: Any) -> None:
    put(suspect_words=["casino"])
    submit(body="a casino", email="a@example.com")
    submit(body="poker, p\u200boker", email="b@example.com")
    submit(body="see http://a.example http://b.example", email="c@example.com")
    submit(body="hello", email="c@example.com")
    assert preview()["live"] == {"published": 3, "queued": 1, "rejected": 0}
    assert preview(max_links=1)["candidate"]["queued"] == 2
    assert preview(suspect_words=[])["candidate"]["queued"] == 0
    assert preview(blocked_words=["poker"])["candidate"] == {
        "published": 2,
        "queued": 1,
        "rejected": 1,
    }
    assert preview(suspect_words=["cas*", "hello"])["candidate"]["queued"] == 2
    assert preview(hold_first_comment=True)["candidate"]["queued"] == 3
    assert preview(mode="hold_all")["candidate"]["queued"] == 4
    put(suspect_words=["poker"])
    view = preview()
    assert view["live"] == {"published": 3, "queued": 1, "rejected": 0}
    assert view["not_replayed"] == []


def test_word_lists_that_need_too_many_texts_are_named_and_left_as_they_were(
    preview: Any, submit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in range(3):
        submit(body=f"poker {place}")
    monkeypatch.setattr("moderation.services.lab.listed_words.TEXTS_MAX", 2)
    view = preview(suspect_words=["poker"], blocked_words=[])
    assert (view["not_replayed"], view["changed"]) == (["suspect_words"], 0)


def test_precision_of_holds_is_the_share_that_people_reject(
    preview: Any, submit: Any, decide: Any
) -> None:
    ids = [submit(body=f"{{insult=0.9}} {n}").json["id"] for n in range(29)]
    for place, comment_id in enumerate(ids):
        decide(comment_id, "approve" if place % 3 else "spam")
    assert preview()["quality"]["held_precision"] == {
        "value": None,
        "low": None,
        "high": None,
        "n": 29,
    }
    decide(submit(body="{insult=0.7}").json["id"], "reject")
    found = preview()["quality"]["held_precision"]
    low, high = wilson(11 / 30, 30)
    assert found == {"value": pytest.approx(11 / 30, abs=1e-6), "low": pytest.approx(low, abs=1e-6),
                     "high": pytest.approx(high, abs=1e-6), "n": 30}  # fmt: skip
    assert preview(thresholds=_only("insult", 0.8))["quality"]["held_precision"]["n"] == 29


def test_undo_edit_and_erasure_reach_the_numbers(
    preview: Any, submit: Any, decide: Any, moderator: Any, client: Any
) -> None:
    first = submit(body="{insult=0.9}").json
    undone = decide(first["id"], "reject")
    assert preview(thresholds={})["moves"][0]["judged"] == "rejected"
    moderator.post(f"/api/v1/decisions/{undone}/undo")
    assert preview(thresholds={})["moves"][0]["judged"] is None
    other = submit(body="{insult=0.9} more").json
    receipt = f"/api/v1/receipts/{other['receipt']['token']}"
    assert client.patch(receipt, json={"body": "kinder {insult=0.1}"}).status_code == 200
    assert preview()["live"] == {"published": 1, "queued": 1, "rejected": 0}
    assert client.delete(f"{receipt}?erase=1").status_code == 200
    assert preview()["comments"] == 1


def test_late_scores_and_new_models_are_seen(
    preview: Any, submit: Any, scorer: Any, runtime: Any, clock: Any
) -> None:
    scorer.down = "asleep"
    assert submit(body="{insult=0.9}").status_code == 202
    clock.move(seconds=120)
    runtime.services.sweep()
    assert (preview()["comments"], preview()["unscored"]) == (0, 1)
    scorer.down = None
    clock.move(seconds=120)
    runtime.services.sweep()
    view = preview(thresholds=_only("insult", 0.95))
    assert (view["comments"], view["unscored"], view["candidate"]["published"]) == (1, 0, 1)
    scorer.version, scorer.labels = "2", ("toxicity",)
    runtime.services.rescore(None, lambda done, total: None)
    assert preview(thresholds=_only("insult", 0.1))["candidate"]["queued"] == 1
    assert "threat" not in preview(thresholds={})["examples"][0]["scores"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"days": 0}, "days"), ({"days": "x"}, "days"), ({"policy": []}, "policy"), ({"surprise": 1}, "surprise"),
     ({"policy": {"max_links": -1}}, "policy.max_links"), ({"policy": {"surprise": 1}}, "policy.surprise"),
     ({"policy": {"thresholds": {"threat": {"queue_at": 2}}}}, "policy.thresholds.threat.queue_at")],
)  # fmt: skip
def test_bad_candidate_is_named(admin: Any, sent: Any, field: str) -> None:
    answer = admin.post(f"{POLICY}/preview", json=sent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert admin.post("/api/v1/sites/nowhere/policy/preview", json={}).status_code == 404
