"""Submissions that are stored in one transaction see each other as if they had come in turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from moderation.app import create_app
from moderation.bootstrap import bootstrap
from moderation.scoring.service_scorer import ServiceScorer
from moderation.settings import read_settings
from tests.conftest import OPERATOR, PAGE
from tests.fakes import FakeScorer

SOON_S = 20.0
URL = "/api/v1/sites/demo/comments"


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON_S
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.001)


@pytest.fixture
def together(app: Any, runtime: Any, scorer: Any) -> Callable[..., list[Any]]:
    """Post comments that have all been scored before the first of them can be written."""

    def post(*forms: dict[str, Any], keys: Sequence[str] = ()) -> list[Any]:
        def send(number: int) -> Any:
            sent = {"name": "Ann", "email": f"r{number}@example.com", "page_url": PAGE}
            headers = {"Idempotency-Key": keys[number]} if keys else {}
            return app.test_client().post(URL, json={**sent, **forms[number]}, headers=headers)

        calls = []
        with ThreadPoolExecutor(len(forms)) as pool:
            with runtime.store.write():
                for number in range(len(forms)):
                    calls.append(pool.submit(send, number))
                    until(lambda number=number: len(scorer.calls) > number)
                take = runtime.services.submit_comment._take
                until(lambda: len(take._queue) == len(forms) - 1)
            return [call.result(SOON_S) for call in calls]

    return post


@pytest.fixture
def commits(runtime: Any) -> list[int]:
    """How many steps each transaction made."""
    found: list[int] = []
    runtime.store.on_commit(lambda facts: found.append(len(facts)))
    return found


sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@sqlite_only
def test_they_share_a_transaction_and_each_gets_its_answer(
    together: Any, client: Any, moderator: Any, commits: list[int]
) -> None:
    forms = [
        {"body": f"{'{insult=0.9}' if n % 2 else 'Fine'} {n}", "name": f"N{n}"} for n in range(6)
    ]
    answers = together(*forms)
    assert [answer.status_code for answer in answers] == [201] * 6
    assert [answer.json["status"] for answer in answers] == ["published", "queued"] * 3
    assert [bool(answer.json["comment"]) for answer in answers] == [True, False] * 3
    assert answers[2].json["comment"]["author"]["name"] == "N2"
    assert commits == [1, 5]
    waiting = moderator.get("/api/v1/queue?site=demo").json["items"]
    assert {item["body"] for item in waiting} == {form["body"] for form in forms[1::2]}
    shown = client.get(URL, query_string={"page_url": PAGE}).json
    assert {item["author"]["name"] for item in shown["items"]} == {"N0", "N2", "N4"}
    for answer in answers:
        log = moderator.get(f"/api/v1/comments/{answer.json['id']}/history").json["items"]
        assert len(log) == 1


@sqlite_only
def test_the_same_words_of_one_author_are_taken_once(together: Any, commits: list[int]) -> None:
    same = {"email": "ann@example.com", "body": "The same."}
    first, taken, twice, other = together({"body": "x"}, same, same, {"body": "y"})
    assert [answer.status_code for answer in (first, taken, twice, other)] == [201, 201, 409, 201]
    assert twice.json["code"] == "duplicate"
    assert commits == [1, 2]


@sqlite_only
def test_a_flood_is_stopped_among_them(together: Any, runtime: Any, commits: list[int]) -> None:
    runtime.services.sites.change(OPERATOR, "demo", {"settings": {"flood_s": 30}})
    commits.clear()
    mine = [{"email": "ann@example.com", "body": f"Number {number}."} for number in range(3)]
    answers = together({"body": "x"}, *mine)
    assert [answer.status_code for answer in answers] == [201, 201, 429, 429]
    assert commits == [1, 1]


@sqlite_only
def test_the_same_key_gets_the_first_answer(together: Any, client: Any, commits: list[int]) -> None:
    same = {"email": "ann@example.com", "body": "Only once."}
    _, first, again = together({"body": "x"}, same, same, keys=["other", "k1", "k1"])
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert client.get(URL, query_string={"page_url": PAGE}).json["count"] == 2


@sqlite_only
def test_one_key_for_two_requests_spoils_nothing_for_others(
    together: Any, runtime: Any, commits: list[int]
) -> None:
    forms = [{"body": f"Text {number}"} for number in range(5)]
    answers = together(*forms, keys=["k0", "same", "same", "k3", "k4"])
    assert [answer.status_code for answer in answers] == [201, 201, 409, 201, 201]
    assert answers[2].json["code"] == "idempotency_mismatch"
    assert commits == [1, 3]  # all that were taken, in one transaction at the first try


@sqlite_only
def test_a_first_page_is_made_once_for_all(together: Any, client: Any) -> None:
    page = "https://news.example/new"
    forms = [{"body": f"Text {n}", "page_url": page, "page_title": "New"} for n in range(4)]
    assert {answer.status_code for answer in together(*forms)} == {201}
    assert client.get(URL, query_string={"page_url": page}).json["count"] == 4


@sqlite_only
def test_what_waits_for_scores_goes_with_them(
    together: Any, runtime: Any, scorer: Any, moderator: Any
) -> None:
    scorer.down = "loading"
    answers = together(*({"body": f"Text {n}"} for n in range(3)))
    assert [answer.status_code for answer in answers] == [202] * 3
    scorer.down = None
    runtime.services.sweep()
    for answer in answers:
        item = moderator.get(f"/api/v1/comments/{answer.json['id']}").json
        assert item["status"] == "published"


def test_two_who_say_the_same_at_once_are_both_answered_at_once(environ: Any, clock: Any) -> None:
    """With the service's own scorer: who waits for the other's score is waited for by nobody."""
    scorer = ServiceScorer("fake", FakeScorer, timeout_s=5 * SOON_S)
    scorer.warm_up(wait=True)
    runtime = bootstrap(read_settings(environ), clock=clock, scorer=scorer)
    runtime.services.sites.create(OPERATOR, "demo", "Demo", ["https://news.example"])
    app = create_app(runtime=runtime)
    together = threading.Barrier(2)

    def send(text: str, number: int) -> int:
        sent = {"name": "Ann", "email": f"r{number}@example.com", "page_url": PAGE, "body": text}
        together.wait(SOON_S)
        return app.test_client().post(URL, json=sent).status_code

    with ThreadPoolExecutor(2) as pool:
        for attempt in range(20):
            calls = [pool.submit(send, f"Well said, {attempt}.", number) for number in range(2)]
            assert [call.result(SOON_S) for call in calls] == [201, 201]
    runtime.close()


def test_a_site_that_changes_counts_from_the_next_submission_on(submit: Any, runtime: Any) -> None:
    sites = runtime.services.sites
    assert submit(body="x" * 60).status_code == 201
    sites.change(OPERATOR, "demo", {"settings": {"body_max": 50}})
    refused = submit(body="x" * 61)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"body"})
    sites.change(OPERATOR, "demo", {"settings": {"body_max": 500}})
    assert submit(body="x" * 62).status_code == 201


def test_a_policy_that_changes_counts_from_the_next_submission_on(submit: Any, admin: Any) -> None:
    assert submit(body="{insult=0.4}").json["status"] == "published"
    read = admin.get("/api/v1/sites/demo/policy")
    policy = read.json
    rules = {key: value for key, value in policy.items() if key in ("thresholds", "mode")}
    rules["thresholds"]["insult"] = {"queue_at": 0.3, "reject_at": None}
    changed = admin.put(
        "/api/v1/sites/demo/policy", json=rules, headers={"If-Match": read.headers["ETag"]}
    )
    assert changed.status_code == 200, changed.json
    assert submit(body="{insult=0.4} again").json["status"] == "queued"
