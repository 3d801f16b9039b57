"""One friendly chance to reword; nothing is stored, and what came of it is counted."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from models import Base
from tests.conftest import PAGE

URL = "/api/v1/sites/demo/comments"


@pytest.fixture
def nudging(admin: Any) -> None:
    assert admin.patch("/api/v1/sites/demo", json={"nudge": True}).json["nudge"] is True


@pytest.fixture
def send(client: Any, clock: Any) -> Any:
    def post(body: str, nudge: str = "1", email: str = "ann@example.com", **kwargs: Any) -> Any:
        clock.move(seconds=1)
        sent = {"name": "Ann", "email": email, "body": body, "page_url": PAGE}
        return client.post(f"{URL}?nudge={nudge}", json=sent, **kwargs)

    return post


@pytest.fixture
def counts(admin: Any) -> Any:
    return lambda: admin.get("/api/v1/sites/demo/nudges?days=7").json["total"]


def test_writer_is_asked_only_where_the_site_wants_it(send: Any, admin: Any) -> None:
    assert send("{insult=0.9} one").status_code == 201
    admin.patch("/api/v1/sites/demo", json={"nudge": True})
    answer = send("{insult=0.9} {threat=0.9} two")
    assert (answer.status_code, answer.json["status"]) == (200, "nudge")
    assert sorted(answer.json["reasons"]) == ["insult", "threat"]
    assert admin.get("/api/v1/queue").json["items"][0]["body"] == "{insult=0.9} one"
    for wrong in ("yes", 1, None):
        assert admin.patch("/api/v1/sites/demo", json={"nudge": wrong}).status_code == 422
    assert send("x", nudge="2").status_code == 422


def test_nothing_of_it_is_stored(nudging: None, send: Any, runtime: Any) -> None:
    send("{insult=0.9} unmistakable", email="annabella@example.com")
    with runtime.store.read() as session:
        stored = "".join(
            str(session.execute(sa.select(table)).all()) for table in Base.metadata.sorted_tables
        )
    assert "unmistakable" not in stored
    assert "annabella" not in stored


def test_reworded_sent_anyway_and_dropped_are_counted(
    nudging: None, send: Any, counts: Any, clock: Any, runtime: Any
) -> None:
    for email in ("a@example.com", "b@example.com", "c@example.com"):
        assert send("{insult=0.9}", email=email).status_code == 200
        # The same once more, as after a lost answer, is the same question.
        assert send("{insult=0.9}", email=email).status_code == 200
    assert counts() == {"nudged": 3, "reworded": 0, "sent_anyway": 0, "dropped": 0}
    assert send("Kind words.", nudge="0", email="a@example.com").json["status"] == "published"
    assert send("{insult=0.9}", nudge="0", email="b@example.com").json["status"] == "queued"
    clock.move(hours=1)
    runtime.services.sweep()
    runtime.services.sweep()
    assert counts() == {"nudged": 3, "reworded": 1, "sent_anyway": 1, "dropped": 1}


def test_there_is_one_chance_and_a_reworded_text_takes_its_way(
    nudging: None, send: Any, counts: Any
) -> None:
    assert send("{insult=0.9}").status_code == 200
    again = send("{insult=0.8} a little kinder")
    assert (again.status_code, again.json["status"]) == (201, "queued")
    assert counts()["reworded"] == 1
    # The next comment is another one, with a chance of its own.
    assert send("{insult=0.9} later").status_code == 200


def test_only_tone_is_asked_about(nudging: None, send: Any, scorer: Any, admin: Any) -> None:
    assert send("https://a.example " * 3).json["status"] == "queued"
    scorer.down = "gone"
    assert send("{insult=0.9}").status_code == 202
    scorer.down = None
    admin.put(
        "/api/v1/sites/demo/policy",
        json={"blocked_words": ["crook"]},
        headers={"If-Match": '"1"'},
    )
    assert send("crook {insult=0.9}").json["status"] == "rejected"


def test_request_that_was_answered_is_answered_again(nudging: None, send: Any) -> None:
    headers = {"Idempotency-Key": "once"}
    assert send("{insult=0.9}", headers=headers).status_code == 200
    first = send("{insult=0.9}", nudge="0", headers=headers)
    assert first.status_code == 201
    assert send("{insult=0.9}", headers=headers).json == first.json


def test_mistakes_are_told_before_tone(nudging: None, send: Any) -> None:
    assert send("{insult=0.9}", email="nobody").status_code == 422
    send("{insult=0.9}", nudge="0")
    assert send("{insult=0.9}").json["code"] == "duplicate"
