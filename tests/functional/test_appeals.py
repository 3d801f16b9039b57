"""An author appeals once; whoever rejected the comment does not answer it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest


@pytest.fixture
def rejected(submit: Any, moderator: Any) -> Any:
    """A comment that ``moderator`` has rejected."""

    def make(action: str = "reject") -> Any:
        sent = submit(body="{insult=0.9} fair criticism")
        url = f"/api/v1/comments/{sent.json['id']}/decisions"
        verdict = {"action": action, "version": 1, "reason": "Off topic."}
        assert moderator.post(url, json=verdict).status_code == 200
        return sent

    return make


@pytest.fixture
def appeal(client: Any) -> Any:
    def send(sent: Any, headers: Any = None, **fields: Any) -> Any:
        url = f"/api/v1/receipts/{sent.json['receipt']['token']}/appeal"
        fields = {"message": "It is about the article.", **fields}
        return client.post(url, json=fields, headers=headers)

    return send


@pytest.mark.parametrize("action", ["reject", "spam"])
def test_rejected_comment_is_appealed_once(
    rejected: Any, appeal: Any, client: Any, moderator: Any, action: str
) -> None:
    sent = rejected(action)
    receipt = f"/api/v1/receipts/{sent.json['receipt']['token']}"
    assert client.get(receipt).json["can"] == ["withdraw", "appeal"]
    answer = appeal(sent)
    assert (answer.status_code, answer.json["status"]) == (200, "queued")
    assert "appeal" not in answer.json["can"]
    assert [reason["code"] for reason in answer.json["reasons"]] == ["insult", "appealed"]
    again = appeal(sent)
    assert (again.status_code, again.json["code"]) == (409, "appeal_closed")
    [item] = moderator.get("/api/v1/queue?reason=appealed").json["items"]
    assert item["appeal"]["message"] == "It is about the article."
    stored = client.get(f"{receipt}/export").json
    assert stored["appeal"]["message"] == "It is about the article."


def test_appeal_never_reaches_who_rejected_while_another_is_there(
    rejected: Any, appeal: Any, moderator: Any, as_role: Any
) -> None:
    as_role("moderator", "other")
    as_role("site", "demo")
    sent = rejected()
    appeal(sent)
    url = f"/api/v1/comments/{sent.json['id']}"
    # Nobody else can decide on this site: better the same person than no person.
    assert moderator.get(url).json["appeal"]["for_others"] is False
    colleague = as_role("moderator", "demo")
    item = moderator.get(url).json
    assert item["appeal"]["for_others"] is True
    assert moderator.post("/api/v1/queue/claims", json={"limit": 50}).json["items"] == []
    verdict = {"action": "approve", "version": item["version"]}
    answer = moderator.post(f"{url}/decisions", json=verdict)
    assert (answer.status_code, answer.json["code"]) == (409, "own_rejection")
    items = [{"id": item["id"], "version": item["version"]}]
    bulk = moderator.post("/api/v1/decisions", json={"action": "reject", "items": items})
    assert bulk.json["results"][0]["code"] == "own_rejection"
    [claimed] = colleague.post("/api/v1/queue/claims", json={}).json["items"]
    assert claimed["id"] == item["id"]
    decided = colleague.post(f"{url}/decisions", json=verdict)
    assert (decided.status_code, decided.json["status"]) == (200, "published")


def test_person_is_replaced_by_a_person_and_not_by_a_program(
    submit: Any, appeal: Any, runtime: Any, as_role: Any
) -> None:
    from moderation.services.decide_comment import Target, Verdict
    from moderation.services.manage_people import NewUser
    from tests.conftest import OPERATOR

    def person(name: str) -> Any:
        password = "a long password for tests"
        new = NewUser(f"{name}@example.com", password, "moderator", ("demo",), name)
        runtime.services.people.create(OPERATOR, new)
        return runtime.services.authenticate.by_password(new.email, password).principal

    first = person("first")
    as_role("admin")
    sent = submit(body="{insult=0.9}")
    runtime.services.decide_comment(first, Target(sent.json["id"], 1), Verdict("reject"))
    appeal(sent)
    read = runtime.services.read_comment.detail
    assert read(first, sent.json["id"]).item.appeal.for_others is False
    second = person("second")
    assert read(first, sent.json["id"]).item.appeal.for_others is True
    assert runtime.services.queue.claim(first, _everything(), 10) == ()
    assert len(runtime.services.queue.claim(second, _everything(), 10)) == 1


def _everything() -> Any:
    from moderation.services.review_queue import QueueQuery

    return QueueQuery()


def test_policys_own_rejection_is_anybodys_to_answer(
    submit: Any, appeal: Any, moderator: Any, admin: Any
) -> None:
    admin.put(
        "/api/v1/sites/demo/policy",
        json={"blocked_words": ["crook"]},
        headers={"If-Match": '"1"'},
    )
    sent = submit(body="What a crook.")
    assert sent.json["status"] == "rejected"
    assert appeal(sent).json["status"] == "queued"
    [item] = moderator.post("/api/v1/queue/claims", json={}).json["items"]
    assert item["appeal"]["for_others"] is False
    trace = moderator.get(f"/api/v1/comments/{item['id']}").json["trace"]
    assert {"appealed", "blocked_words"} <= {line["reason"] for line in trace}


def test_edit_does_not_take_the_appeal_out_of_sight(
    rejected: Any, appeal: Any, client: Any, as_role: Any, moderator: Any
) -> None:
    as_role("moderator", "demo")
    sent = rejected()
    appeal(sent)
    receipt = f"/api/v1/receipts/{sent.json['receipt']['token']}"
    answer = client.patch(receipt, json={"body": "Kind words."})
    assert [reason["code"] for reason in answer.json["reasons"]] == ["appealed"]
    assert moderator.post("/api/v1/queue/claims", json={}).json["items"] == []


def test_what_cannot_be_appealed_says_so(submit: Any, appeal: Any, rejected: Any) -> None:
    for sent in (submit(), submit(body="{insult=0.9}")):
        assert appeal(sent).json["code"] == "appeal_closed"
    sent = rejected()
    for message in ("", " \u200b", 5, None, "x" * 2001):
        answer = appeal(sent, message=message)
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["message"])


def test_repeated_appeal_with_a_key_gets_the_first_answer(rejected: Any, appeal: Any) -> None:
    sent, headers = rejected(), {"Idempotency-Key": "once"}
    first, again = appeal(sent, headers), appeal(sent, headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == again.json
    other = appeal(sent, headers, message="Something else.")
    assert other.json["code"] == "idempotency_mismatch"


def test_of_two_appeals_at_the_same_moment_one_is_taken(rejected: Any, app: Any) -> None:
    url = f"/api/v1/receipts/{rejected().json['receipt']['token']}/appeal"

    def send(number: int) -> int:
        return app.test_client().post(url, json={"message": f"Number {number}."}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [200, 409, 409, 409]


def test_receipt_page_takes_an_appeal_without_a_script(rejected: Any, client: Any) -> None:
    url = f"/receipts/{rejected().json['receipt']['token']}"
    assert 'value="appeal"' in client.get(url).text
    empty = client.post(url, data={"action": "appeal", "message": " "})
    assert empty.status_code == 422
    assert "Please write something, at most 2000 characters." in empty.text
    answer = client.post(url, data={"action": "appeal", "message": "It is on topic."})
    assert (answer.status_code, answer.headers["Location"]) == (303, url)
    page = client.get(url).text
    assert "You have appealed" in page
    assert 'value="appeal"' not in page


def test_erasing_takes_the_appeal_and_reports_along(
    rejected: Any, appeal: Any, client: Any, runtime: Any
) -> None:
    import sqlalchemy as sa

    from models import Appeal

    sent = rejected()
    appeal(sent, message="Unmistakable words.")
    client.delete(f"/api/v1/receipts/{sent.json['receipt']['token']}?erase=1")
    with runtime.store.read() as session:
        assert session.scalars(sa.select(Appeal)).all() == []
