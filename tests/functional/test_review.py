"""The queue and decisions, as moderators' programs use them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import PAGE

QUEUE = "/api/v1/queue"


@pytest.fixture
def held(submit: Any) -> Any:
    """Make a held comment and return its id."""

    def make(marks: str = "{insult=0.9}", **fields: Any) -> str:
        return str(submit(body=f"{marks} held", **fields).json["id"])

    return make


def decide(
    caller: Any, comment_id: str, action: str = "approve", version: int = 1, **more: Any
) -> Any:
    return caller.post(
        f"/api/v1/comments/{comment_id}/decisions",
        json={"action": action, "version": version, **more},
    )


def test_item_shows_all_that_a_moderator_needs(submit: Any, held: Any, moderator: Any) -> None:
    submit(body="A first, published one.")
    comment_id = held(website="https://ann.example")
    item = moderator.get(QUEUE).json["items"][0]
    assert item["id"] == comment_id
    assert item["site"] == "demo"
    assert item["status"] == "queued"
    assert item["author"] == {
        "name": "Ann",
        "email": "ann@example.com",
        "website": "https://ann.example",
        "history": {"published": 1, "rejected": 0, "queued": 1},
    }
    assert item["scores"]["insult"] == 0.9
    assert item["model"] == {"name": "fake", "version": "1"}
    assert item["reasons"] == ["insult"]
    assert item["claim"] is None
    assert item["version"] == 1


def test_filters_choose(held: Any, moderator: Any) -> None:
    insult = held("{insult=0.9}", email="rude@example.com")
    threat = held("{threat=0.7}", name="Änne")

    def ids(**query: Any) -> list[str]:
        return [item["id"] for item in moderator.get(QUEUE, query_string=query).json["items"]]

    assert ids(label="threat", min_score=0.5) == [threat]
    assert ids(label="insult", max_score=0.5) == [threat]
    assert ids(reason="insult") == [insult]
    assert ids(q="RUDE@example") == [insult]
    assert ids(q="änne") == [threat]
    assert ids(q="%") == []
    assert ids(site="demo", min_score=0.8) == [insult]
    assert ids(reason="links") == []


@pytest.mark.parametrize("sort", ["priority", "score", "oldest", "newest"])
def test_sorted_pages_join_without_gap_or_repeat(held: Any, moderator: Any, sort: str) -> None:
    marks = ["{insult=0.9}", "{insult=0.7}", "{threat=0.9}", "{insult=0.9}", "{obscene=0.95}"]
    ids = [held(mark, email=f"a{n}@example.com") for n, mark in enumerate(marks)]
    wanted = {
        "priority": [ids[2], ids[0], ids[3], ids[4], ids[1]],
        "score": [ids[4], ids[0], ids[2], ids[3], ids[1]],
        "oldest": ids,
        "newest": ids[::-1],
    }[sort]
    seen, cursor = [], None
    while True:
        query = {"sort": sort, "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = moderator.get(QUEUE, query_string=query).json
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == wanted


def test_bad_filter_is_named(moderator: Any) -> None:
    for query, field in [
        ({"label": "rude"}, "label"), ({"min_score": "2"}, "min_score"), ({"sort": "best"}, "sort"),
        ({"min_score": "nan"}, "min_score"), ({"limit": "1000"}, "limit"), ({"q": "\x00"}, "q"),
        ({"cursor": "%%%"}, "cursor"),
    ]:  # fmt: skip
        answer = moderator.get(QUEUE, query_string=query)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert moderator.get(QUEUE, query_string={"site": "other"}).status_code == 404


def test_claims_are_seen_and_never_shared(held: Any, as_role: Any, clock: Any) -> None:
    ids = {held(email=f"a{n}@example.com") for n in range(4)}
    one, two = as_role("moderator", "demo"), as_role("moderator", "demo")
    first = {item["id"] for item in one.post(f"{QUEUE}/claims", json={"limit": 3}).json["items"]}
    second = {item["id"] for item in two.post(f"{QUEUE}/claims", json={"limit": 3}).json["items"]}
    assert (len(first), len(second), first | second) == (3, 1, ids)
    seen = {item["id"]: item["claim"] for item in two.get(QUEUE).json["items"]}
    assert [seen[i]["mine"] for i in sorted(first)] == [False] * 3
    assert decide(two, min(first)).json["code"] == "claimed"
    assert decide(one, min(first)).status_code == 200
    clock.move(minutes=5, seconds=1)
    assert decide(two, max(first)).status_code == 200


def test_claims_are_renewed_and_released(held: Any, as_role: Any, clock: Any) -> None:
    comment_id = held()
    one, two = as_role("moderator", "demo"), as_role("moderator", "demo")
    one.post(f"{QUEUE}/claims", json={"limit": 1})
    clock.move(minutes=4)
    assert [item["id"] for item in one.put(f"{QUEUE}/claims").json["items"]] == [comment_id]
    clock.move(minutes=4)
    assert two.post(f"{QUEUE}/claims", json={"limit": 1}).json["items"] == []
    assert one.delete(f"{QUEUE}/claims").status_code == 204
    assert two.post(f"{QUEUE}/claims", json={}).json["items"][0]["id"] == comment_id
    assert one.put(f"{QUEUE}/claims").json["items"] == []


def test_claims_at_once_never_overlap(held: Any, as_role: Any) -> None:
    for n in range(12):
        held(email=f"a{n}@example.com")
    callers = [as_role("moderator", "demo") for _ in range(6)]

    def claim(caller: Any) -> list[str]:
        answer = caller.post(f"{QUEUE}/claims", json={"limit": 3})
        assert answer.status_code == 200
        return [item["id"] for item in answer.json["items"]]

    with ThreadPoolExecutor(6) as pool:
        got = [comment_id for ids in pool.map(claim, callers) for comment_id in ids]
    assert len(got) == len(set(got))


@pytest.mark.parametrize(
    ("action", "status"), [("approve", "published"), ("reject", "rejected"), ("spam", "spam"),
                           ("escalate", "queued")],
)  # fmt: skip
def test_decision_moves_the_comment_and_is_on_record(
    held: Any, moderator: Any, client: Any, action: str, status: str
) -> None:
    comment_id = held()
    answer = decide(moderator, comment_id, action, reason="Personal attack", note="see rule 3")
    assert answer.status_code == 200
    assert answer.json["comment_id"] == comment_id
    assert (answer.json["action"], answer.json["status"], answer.json["version"]) == (
        action,
        status,
        2,
    )
    detail = moderator.get(f"/api/v1/comments/{comment_id}").json
    assert (detail["status"], detail["escalated"]) == (status, action == "escalate")
    last = detail["history"][-1]
    assert (last["from"], last["to"], last["reason"]) == ("queued", status, "Personal attack")
    assert last["by"]
    public = client.get("/api/v1/sites/demo/comments", query_string={"page_url": PAGE}).json
    assert public["count"] == (1 if status == "published" else 0)


def test_stale_version_changes_nothing(held: Any, moderator: Any) -> None:
    comment_id = held()
    assert decide(moderator, comment_id).status_code == 200
    answer = decide(moderator, comment_id, "reject")
    assert (answer.status_code, answer.json["code"]) == (409, "stale")
    detail = moderator.get(f"/api/v1/comments/{comment_id}").json
    assert (detail["status"], detail["version"]) == ("published", 2)


def test_moves_that_the_state_machine_has_not_are_refused(held: Any, moderator: Any) -> None:
    comment_id = held()
    decide(moderator, comment_id, "reject")
    for action in ("reject", "spam", "escalate"):
        answer = decide(moderator, comment_id, action, version=2)
        assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")
    assert decide(moderator, comment_id, "approve", version=2).json["status"] == "published"


def test_of_many_decisions_at_once_one_applies(held: Any, as_role: Any, moderator: Any) -> None:
    comment_id = held()
    callers = [as_role("moderator", "demo") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(lambda caller: decide(caller, comment_id).status_code, callers))
    assert codes == [200] + [409] * 7
    assert len(moderator.get(f"/api/v1/comments/{comment_id}/history").json["items"]) == 2


def test_undo_puts_back_within_its_time(
    held: Any, moderator: Any, as_role: Any, clock: Any
) -> None:
    comment_id = held()
    decision = decide(moderator, comment_id, "spam").json
    stranger = as_role("moderator", "demo")
    assert stranger.post(f"/api/v1/decisions/{decision['id']}/undo").status_code == 403
    undone = moderator.post(f"/api/v1/decisions/{decision['id']}/undo")
    assert undone.status_code == 200
    assert (undone.json["status"], undone.json["version"]) == ("queued", 3)
    again = moderator.post(f"/api/v1/decisions/{decision['id']}/undo")
    assert (again.status_code, again.json["code"]) == (409, "stale")
    late = decide(moderator, comment_id, "reject", version=3).json
    clock.move(minutes=15, seconds=1)
    answer = moderator.post(f"/api/v1/decisions/{late['id']}/undo")
    assert (answer.status_code, answer.json["code"]) == (409, "undo_expired")


def test_undo_of_escalation_takes_the_mark_off(held: Any, moderator: Any) -> None:
    comment_id = held()
    decision = decide(moderator, comment_id, "escalate").json
    moderator.post(f"/api/v1/decisions/{decision['id']}/undo")
    assert moderator.get(f"/api/v1/comments/{comment_id}").json["escalated"] is False


def test_bulk_tells_each_result_and_is_undone_together(
    held: Any, moderator: Any, submit: Any
) -> None:
    ids = [held(email=f"a{n}@example.com") for n in range(3)]
    foreign = submit(site="other", page_url="https://other.example/", body="{insult=0.9}").json[
        "id"
    ]
    decide(moderator, ids[2])
    items = [{"id": ids[0], "version": 1}, {"id": ids[1], "version": 1}, {"id": ids[2], "version": 1},
             {"id": foreign, "version": 1}, {"id": "nonsense", "version": 1}]  # fmt: skip
    answer = moderator.post("/api/v1/decisions", json={"action": "reject", "items": items})
    assert answer.status_code == 200
    results = answer.json["results"]
    assert [result["ok"] for result in results] == [True, True, False, False, False]
    assert [result.get("code") for result in results[2:]] == ["stale", "not_found", "not_found"]
    undone = moderator.post(f"/api/v1/decisions/batches/{answer.json['batch_id']}/undo")
    assert [result["ok"] for result in undone.json["results"]] == [True, True]
    assert {item["id"] for item in moderator.get(QUEUE).json["items"]} == set(ids[:2])


def test_bulk_locks_in_one_order_whatever_order_is_sent(
    held: Any, moderator: Any, runtime: Any
) -> None:
    """Two who send the same ones in opposite orders would wait for each other for ever."""
    sent = sorted((held(email=f"a{n}@example.com") for n in range(4)), reverse=True)
    changed: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("UPDATE comments"):
            changed.extend(each for each in sent if each in str(parameters))

    sa.event.listen(runtime.store.engine, "before_cursor_execute", note)
    items = [{"id": each, "version": 1} for each in sent]
    answer = moderator.post("/api/v1/decisions", json={"action": "reject", "items": items})
    sa.event.remove(runtime.store.engine, "before_cursor_execute", note)
    assert [result["id"] for result in answer.json["results"]] == sent
    assert changed == sorted(sent)


def test_bulk_is_bounded(moderator: Any) -> None:
    for items in ([], [{"id": "x", "version": 1}] * 501):
        answer = moderator.post("/api/v1/decisions", json={"action": "spam", "items": items})
        assert list(answer.json["errors"]) == ["items"]


def test_foreign_comment_answers_as_a_missing_one(submit: Any, moderator: Any) -> None:
    foreign = submit(site="other", page_url="https://other.example/", body="{insult=0.9}").json[
        "id"
    ]
    missing = "01a20bc8-2fc4-721c-8766-7e284e196d14"
    for path in ("", "/history"):
        answers = [moderator.get(f"/api/v1/comments/{i}{path}") for i in (foreign, missing, "x")]
        assert [answer.status_code for answer in answers] == [404] * 3
        assert len({answer.json["detail"] for answer in answers}) == 1
    assert decide(moderator, foreign).status_code == 404
    assert moderator.get(QUEUE).json["items"] == []


def test_detail_holds_trace_thread_and_highlights(submit: Any, moderator: Any, admin: Any) -> None:
    policy = {"suspect_words": ["casino*"], "max_links": 0}
    admin.put("/api/v1/sites/demo/policy", json=policy, headers={"If-Match": '"1"'})
    parent = submit(body="The parent.").json["id"]
    held = submit(
        body="{insult=0.9} Casinos at https://a.example", parent_id=parent, email="b@example.com"
    ).json
    assert held["reasons"] == ["insult", "suspect_words", "links"]
    detail = moderator.get(f"/api/v1/comments/{held['id']}").json
    trace = {finding["check"]: finding for finding in detail["trace"]}
    assert set(trace) >= {
        "toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack",
        "sexual_explicit", "blocked_words", "suspect_words", "links", "first_comment", "hold_all",
        "duplicate", "flood",
    }  # fmt: skip
    assert (trace["insult"]["value"], trace["insult"]["effect"]) == (0.9, "queue")
    assert (trace["toxicity"]["value"], trace["toxicity"]["effect"]) == (0.01, "none")
    assert (trace["links"]["value"], trace["links"]["threshold"]) == (1, 0)
    assert trace["suspect_words"]["detail"] == {"words": ["casino*"]}
    assert detail["policy_version"] == 2
    assert [entry["id"] for entry in detail["thread"]] == [parent]
    assert isinstance(detail["highlights"], list)


def test_highlights_are_null_while_the_scorer_is_down(
    held: Any, moderator: Any, scorer: Any
) -> None:
    comment_id = held()
    scorer.down = "gone"
    assert moderator.get(f"/api/v1/comments/{comment_id}").json["highlights"] is None
    scorer.down = None
    assert moderator.get(f"/api/v1/comments/{comment_id}").json["highlights"] is not None
    scorer.down = "gone"
    assert moderator.get(f"/api/v1/comments/{comment_id}").json["highlights"] is not None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"action": "approve"}, "version"), ({"version": 1}, "action"),
        ({"action": "delete", "version": 1}, "action"),
        ({"action": "approve", "version": "1"}, "version"),
        ({"action": "approve", "version": True}, "version"),
        ({"action": "approve", "version": 1, "note": "x" * 2001}, "note"),
        ({"action": "approve", "version": 1, "status": "published"}, "status"),
    ],
)  # fmt: skip
def test_bad_decision_is_named(held: Any, moderator: Any, sent: Any, field: str) -> None:
    answer = moderator.post(f"/api/v1/comments/{held()}/decisions", json=sent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
