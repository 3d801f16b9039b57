"""What a guest can do with a receipt: edit, withdraw, export, erase."""

from __future__ import annotations

from datetime import datetime
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from models import Base
from tests.conftest import PAGE
from tests.fakes import FakeClock


@pytest.fixture
def receipt(client: Any) -> Any:
    def call(sent: Any, method: str = "get", path: str = "", **kwargs: Any) -> Any:
        url = f"/api/v1/receipts/{sent.json['receipt']['token']}{path}"
        return getattr(client, method)(url, **kwargs)

    return call


def shown(client: Any) -> list[Any]:
    return client.get("/api/v1/sites/demo/comments", query_string={"page_url": PAGE}).json["items"]


def test_receipt_says_what_can_be_done_now(submit: Any, receipt: Any, clock: Any) -> None:
    sent = submit()
    assert receipt(sent).json["can"] == ["edit", "withdraw"]
    clock.move(seconds=900)
    assert receipt(sent).json["can"] == ["withdraw"]
    assert receipt(submit(body="{threat=0.99} words")).json["can"] == ["edit", "withdraw"]


def test_clean_edit_is_shown_with_its_time(submit: Any, receipt: Any, client: Any) -> None:
    sent = submit()
    answer = receipt(sent, "patch", json={"body": " Better said.\r\n"})
    assert answer.status_code == 200
    assert answer.json["status"] == "published"
    [item] = shown(client)
    assert item["body"] == "Better said."
    assert item["edited_at"] is not None


def test_hostile_edit_of_a_published_comment_is_held(
    submit: Any, receipt: Any, client: Any, moderator: Any
) -> None:
    sent = submit()
    answer = receipt(sent, "patch", json={"body": "{insult=0.9}"})
    assert answer.json["status"] == "queued"
    assert [reason["code"] for reason in answer.json["reasons"]] == ["insult"]
    assert shown(client) == []
    [item] = moderator.get("/api/v1/queue").json["items"]
    assert item["scores"]["insult"] == 0.9
    history = moderator.get(f"/api/v1/comments/{sent.json['id']}/history").json["items"]
    assert [(step["actor"], step["action"]) for step in history][-1] == ("author", "edit")


def test_clean_edit_stays_in_the_queue_with_its_reasons_and_escalation(
    submit: Any, receipt: Any, moderator: Any
) -> None:
    sent = submit(body="{insult=0.9}")
    url = f"/api/v1/comments/{sent.json['id']}"
    moderator.post(f"{url}/decisions", json={"action": "escalate", "version": 1})
    answer = receipt(sent, "patch", json={"body": "Very kind words."})
    assert answer.json["status"] == "queued"
    item = moderator.get(url).json
    assert (item["body"], item["reasons"], item["escalated"]) == (
        "Very kind words.", ["insult"], True,
    )  # fmt: skip


def test_decision_on_the_text_before_an_edit_is_stale(
    submit: Any, receipt: Any, moderator: Any
) -> None:
    sent = submit(body="{insult=0.9}")
    receipt(sent, "patch", json={"body": "{threat=0.99}"})
    answer = moderator.post(
        f"/api/v1/comments/{sent.json['id']}/decisions", json={"action": "approve", "version": 1}
    )
    assert (answer.status_code, answer.json["code"]) == (409, "stale")


def test_edit_while_the_scorer_is_down_is_hidden_until_scored(
    submit: Any, receipt: Any, scorer: Any, client: Any, runtime: Any
) -> None:
    sent = submit()
    scorer.down = "no model"
    assert receipt(sent, "patch", json={"body": "Unread."}).json["status"] == "pending"
    assert shown(client) == []
    scorer.down = None
    runtime.services.sweep()
    assert receipt(sent).json["status"] == "published"
    assert [item["body"] for item in shown(client)] == ["Unread."]


def test_unscored_edit_of_a_queued_comment_stays_queued(
    submit: Any, receipt: Any, scorer: Any, moderator: Any, runtime: Any
) -> None:
    sent = submit(body="{insult=0.9}")
    scorer.down = "no model"
    assert receipt(sent, "patch", json={"body": "Unread."}).json["status"] == "queued"
    url = f"/api/v1/comments/{sent.json['id']}"
    assert moderator.get(url).json["scores"] == {}
    scorer.down = None
    runtime.services.sweep()
    item = moderator.get(url).json
    assert (item["status"], item["scores"]["insult"]) == ("queued", 0.01)


def test_text_that_comes_while_the_one_before_is_scored_is_scored_too(
    submit: Any, receipt: Any, scorer: Any, moderator: Any, runtime: Any
) -> None:
    sent = submit(body="{insult=0.9}")
    scorer.down = "no model"
    receipt(sent, "patch", json={"body": "Unread."})

    def during(texts: list[str]) -> list[Any]:
        scorer.score = score
        receipt(sent, "patch", json={"body": "Unread too, {threat=0.3}."})
        scorer.down = None
        return score(texts)

    score, scorer.score = scorer.score, during
    runtime.services.sweep()
    url = f"/api/v1/comments/{sent.json['id']}"
    assert moderator.get(url).json["scores"] == {}
    runtime.services.sweep()
    assert moderator.get(url).json["scores"]["threat"] == 0.3


def test_edit_outside_its_window_or_after_a_rejection_is_refused(
    submit: Any, receipt: Any, clock: Any, moderator: Any
) -> None:
    late, refused = submit(), submit(body="{insult=0.9}")
    moderator.post(
        f"/api/v1/comments/{refused.json['id']}/decisions", json={"action": "reject", "version": 1}
    )
    answer = receipt(refused, "patch", json={"body": "Again."})
    assert (answer.status_code, answer.json["code"]) == (409, "edit_closed")
    clock.move(seconds=901)
    answer = receipt(late, "patch", json={"body": "Too late."})
    assert (answer.status_code, answer.json["code"]) == (409, "edit_closed")


@pytest.mark.parametrize("body", ["", " \u200b", None, 5, "x" * 10_001, "half \udfff"])
def test_bad_edit_names_the_field(submit: Any, receipt: Any, body: Any) -> None:
    answer = receipt(submit(), "patch", json={"body": body})
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["body"]


def test_withdrawn_comment_is_gone_from_page_and_queue(
    submit: Any, receipt: Any, client: Any, moderator: Any
) -> None:
    for sent in (submit(), submit(body="{insult=0.9}")):
        answer = receipt(sent, "delete")
        assert (answer.status_code, answer.json["status"]) == (200, "withdrawn")
        assert answer.json["can"] == []
        assert receipt(sent, "delete").status_code == 200
    assert shown(client) == []
    assert moderator.get("/api/v1/queue").json["items"] == []


def test_pending_comment_withdrawn_is_never_published(
    submit: Any, receipt: Any, scorer: Any, runtime: Any, client: Any
) -> None:
    scorer.down = "no model"
    sent = submit()
    receipt(sent, "delete")
    scorer.down = None
    runtime.services.sweep()
    assert receipt(sent).json["status"] == "withdrawn"
    assert shown(client) == []


def test_export_holds_what_is_stored(submit: Any, receipt: Any) -> None:
    sent = submit(body="{insult=0.9}", website="https://ann.example")
    stored = receipt(sent, path="/export").json
    assert (stored["name"], stored["email"]) == ("Ann", "ann@example.com")
    assert stored["scores"]["insult"] == 0.9
    assert stored["history"][0]["reasons"] == ["insult"]
    assert stored["network"] == "127.0.0.0/24"


def test_erased_comment_leaves_ids_only(
    submit: Any, receipt: Any, moderator: Any, runtime: Any, client: Any
) -> None:
    sent = submit(
        body="Unmistakable {insult=0.9}",
        name="Annabella",
        email="annabella@example.com",
        website="https://annabella.example",
        headers={"Idempotency-Key": "once"},
    )
    url = f"/api/v1/comments/{sent.json['id']}"
    moderator.get(url)
    decision = moderator.post(
        f"{url}/decisions", json={"action": "approve", "version": 1, "note": "Unmistakable, fine"}
    ).json["id"]
    answer = receipt(sent, "delete", query_string={"erase": "1"})
    assert (answer.status_code, answer.json["status"]) == (200, "erased")
    assert receipt(sent, "delete", query_string={"erase": "1"}).status_code == 200
    assert shown(client) == []
    with runtime.store.read() as session:
        stored = [
            str(row).casefold()
            for table in Base.metadata.sorted_tables
            for row in session.execute(sa.select(table))
        ]
    assert not [row for row in stored if "annabella" in row or "unmistakable" in row]
    assert [row for row in stored if decision in row]
    history = moderator.get(f"{url}/history").json["items"]
    assert [step["action"] for step in history] == ["scored", "approve", "erase"]


def test_receipt_that_does_not_exist_is_not_found(client: Any) -> None:
    for method, path in (("patch", ""), ("delete", ""), ("get", "/export")):
        answer = getattr(client, method)(f"/api/v1/receipts/nonsense{path}", json={"body": "x"})
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_preview_renders_as_the_page_will_and_stores_nothing(client: Any) -> None:
    url = "/api/v1/sites/demo/comments/preview"
    body = "*So* [it](https://a.example) <img src=x>"
    answer = client.post(url, json={"body": body}, headers={"Origin": "https://news.example"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://news.example"
    html = answer.json["body_html"]
    assert "<em>So</em>" in html
    assert 'rel="nofollow ugc noopener"' in html
    assert "<img" not in html
    assert shown(client) == []
    assert list(client.post(url, json={"body": " "}).json["errors"]) == ["body"]
    nowhere = client.post("/api/v1/sites/nowhere/comments/preview", json={"body": "x"})
    assert nowhere.status_code == 404


def test_edit_does_not_get_around_a_block(
    submit: Any, receipt: Any, client: Any, moderator: Any
) -> None:
    sent = submit().json
    mark = {"standing": "blocked", "note": "insults everybody"}
    assert (
        moderator.post(f"/api/v1/comments/{sent['id']}/author/marks", json=mark).status_code < 300
    )
    url = f"/api/v1/receipts/{sent['receipt']['token']}"
    assert client.patch(url, json={"body": "A harmless text."}).json["status"] == "rejected"


def test_erasing_takes_notes_and_the_mark_on_the_author_along(
    submit: Any, client: Any, moderator: Any, runtime: Any
) -> None:
    import sqlalchemy as sa

    sent = submit(email="gone@example.com").json
    url = f"/api/v1/comments/{sent['id']}"
    moderator.post(f"{url}/notes", json={"note": "see the words about gone@example.com"})
    moderator.post(f"{url}/author/marks", json={"standing": "blocked", "note": "enough"})
    client.delete(f"/api/v1/receipts/{sent['receipt']['token']}?erase=1")
    with runtime.store.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        stored = "".join(
            str(connection.execute(sa.text(f"SELECT * FROM {name}")).all()) for name in names
        )
    assert sent["id"] in stored
    assert "gone@example.com" not in stored


def test_repeated_edit_with_a_key_does_not_undo_a_later_one(
    submit: Any, receipt: Any, client: Any
) -> None:
    sent, first = submit(), {"Idempotency-Key": "first"}
    assert receipt(sent, "patch", json={"body": "One."}, headers=first).status_code == 200
    receipt(sent, "patch", json={"body": "Two."}, headers={"Idempotency-Key": "second"})
    again = receipt(sent, "patch", json={"body": "One."}, headers=first)
    assert (again.status_code, again.json["comment"]["body"]) == (200, "Two.")
    other = receipt(sent, "patch", json={"body": "Three."}, headers=first)
    assert (other.status_code, other.json["code"]) == (409, "idempotency_mismatch")
    assert [item["body"] for item in shown(client)] == ["Two."]


def test_removal_with_a_key_is_done_once(submit: Any, receipt: Any, moderator: Any) -> None:
    sent, key = submit(), {"Idempotency-Key": "gone"}
    for _ in range(2):
        answer = receipt(sent, "delete", headers=key)
        assert (answer.status_code, answer.json["status"]) == (200, "withdrawn")
    mixed = receipt(sent, "delete", headers=key, query_string={"erase": "1"})
    assert mixed.json["code"] == "idempotency_mismatch"
    for _ in range(2):
        answer = receipt(sent, "delete", headers={"Idempotency-Key": "x"}, query_string="erase=1")
        assert (answer.status_code, answer.json["status"]) == (200, "erased")
    assert receipt(sent, "delete", headers={"Idempotency-Key": "two words"}).status_code == 400


def test_edit_may_not_say_the_same_twice(submit: Any, receipt: Any) -> None:
    submit(body="Said already.")
    sent = submit(body="Something else.")
    answer = receipt(sent, "patch", json={"body": " Said already. "})
    assert (answer.status_code, answer.json["code"]) == (409, "duplicate")
    # One's own unchanged text is no duplicate of itself.
    assert receipt(sent, "patch", json={"body": "Something else."}).status_code == 200
    elsewhere = submit(body="Mine.", page_url="https://news.example/other")
    assert receipt(elsewhere, "patch", json={"body": "Said already."}).status_code == 200


def test_steps_are_the_pages_and_hold_nothing_more(
    submit: Any, receipt: Any, client: Any, moderator: Any
) -> None:
    sent = submit(body="{insult=0.9}")
    url = f"/api/v1/comments/{sent.json['id']}"
    receipt(sent, "patch", json={"body": "You are wrong."})
    for action, more in (
        ("escalate", {"note": "Between colleagues."}),
        ("spam", {"reason": "An advertisement.", "note": "Between us."}),
    ):
        version = moderator.get(url).json["version"]
        decided = {"action": action, "version": version, **more}
        assert moderator.post(f"{url}/decisions", json=decided).status_code == 200
    answer = receipt(sent, "post", "/appeal", json={"message": "It is none."})
    steps = answer.json["steps"]
    assert steps == receipt(sent).json["steps"]
    assert [(step["kind"], step["status"]) for step in steps] == [
        ("received", "pending"), ("held", "queued"), ("edited", "queued"),
        ("rejected", "rejected"), ("appealed", "queued"),
    ]  # fmt: skip
    assert [[reason["code"] for reason in step["reasons"]] for step in steps] == [
        [], ["insult"], ["insult"], ["moderator"], ["appealed"],
    ]  # fmt: skip
    assert all(set(step) == {"kind", "at", "status", "reasons"} for step in steps)
    page = client.get(f"/receipts/{sent.json['receipt']['token']}").text
    for step in steps:
        assert step["at"].removesuffix("Z") in page
        assert all(unescape(reason["text"]) in unescape(page) for reason in step["reasons"])
    assert page.count("<time") == len(steps)


def test_steps_stand_in_the_order_of_their_times(
    submit: Any, receipt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ticking(clock: FakeClock) -> datetime:
        clock.move(microseconds=40)
        return clock.now

    monkeypatch.setattr(FakeClock, "__call__", ticking)
    times = [step["at"] for step in receipt(submit(body="{insult=0.9}")).json["steps"]]
    assert len(times) == 2
    assert times == sorted(times)


def test_step_that_was_taken_back_or_erased_is_not_in_the_steps(
    submit: Any, receipt: Any, moderator: Any
) -> None:
    sent = submit(body="{insult=0.9}")
    url = f"/api/v1/comments/{sent.json['id']}"
    version = moderator.get(url).json["version"]
    decided = {"action": "reject", "version": version, "reason": "Meant for another."}
    done = moderator.post(f"{url}/decisions", json=decided).json
    assert [step["kind"] for step in receipt(sent).json["steps"]][-1] == "rejected"
    moderator.post(f"/api/v1/decisions/{done['id']}/undo")
    steps = receipt(sent).json["steps"]
    assert [step["kind"] for step in steps] == ["received", "held"]
    erased = receipt(sent, "delete", "?erase=1").json["steps"]
    assert erased[-1]["kind"] == "erased"
    assert [step["reasons"] for step in erased] == [[]] * len(erased)
