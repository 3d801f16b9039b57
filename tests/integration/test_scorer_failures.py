"""A scorer that is down, slow, broken or wrong: nothing is published unscored, nothing is lost."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa

from moderation.domain.scores import Scores
from moderation.scoring.service_scorer import ServiceScorer
from moderation.services.score_pending import ScorePending
from moderation.services.scoring_port import ScoringPort
from tests.conftest import PAGE


def detail(moderator: Any, comment_id: str) -> Any:
    return moderator.get(f"/api/v1/comments/{comment_id}").json


def test_pending_comment_is_decided_by_the_next_sweep_after_the_scorer_is_back(
    submit: Any, scorer: Any, runtime: Any, moderator: Any
) -> None:
    scorer.down = "loading"
    clean, rude = submit().json["id"], submit(body="{insult=0.9}").json["id"]
    assert runtime.services.sweep().put_off == 2
    scorer.down = None
    assert runtime.services.sweep().scored == 2
    assert detail(moderator, clean)["status"] == "published"
    assert detail(moderator, rude)["status"] == "queued"
    steps = [(step["from"], step["to"]) for step in detail(moderator, rude)["history"]]
    assert steps == [(None, "pending"), ("pending", "queued")]


def test_comment_that_waited_too_long_goes_to_a_person(
    submit: Any, scorer: Any, runtime: Any, moderator: Any, clock: Any
) -> None:
    scorer.down = "The file model.int8.onnx is missing."
    waiting = submit().json["id"]
    clock.move(seconds=57)
    assert runtime.services.sweep(margin_s=2).given_up == 0
    clock.move(seconds=1)
    assert runtime.services.sweep(margin_s=2).given_up == 1
    found = detail(moderator, waiting)
    assert (found["status"], found["reasons"]) == ("queued", ["scoring_unavailable"])
    trace = {finding["check"]: finding for finding in found["trace"]}
    assert trace["scoring"]["effect"] == "queue"
    assert "model.int8.onnx" in trace["scoring"]["detail"]["note"]
    assert found["scores"] == {}


def test_returning_scorer_only_adds_scores_to_what_a_person_has(
    submit: Any, scorer: Any, runtime: Any, moderator: Any, clock: Any
) -> None:
    scorer.down = "gone"
    waiting = submit().json["id"]
    clock.move(seconds=60)
    runtime.services.sweep()
    scorer.down = None
    clock.move(seconds=31)
    runtime.services.sweep()
    found = detail(moderator, waiting)
    assert (found["status"], found["version"]) == ("queued", 2)
    assert found["scores"]["toxicity"] == 0.01
    assert found["reasons"] == ["scoring_unavailable"]


def test_late_score_does_not_override_a_person(
    submit: Any, scorer: Any, runtime: Any, moderator: Any, clock: Any
) -> None:
    scorer.down = "gone"
    waiting = submit(body="{threat=0.99}").json["id"]
    clock.move(seconds=60)
    runtime.services.sweep()
    moderator.post(
        f"/api/v1/comments/{waiting}/decisions", json={"action": "approve", "version": 2}
    )
    scorer.down = None
    clock.move(seconds=31)
    runtime.services.sweep()
    found = detail(moderator, waiting)
    assert (found["status"], found["version"]) == ("published", 3)
    assert found["scores"]["threat"] == 0.99


def test_rules_do_not_reject_what_was_never_scored(
    submit: Any, scorer: Any, runtime: Any, admin: Any, clock: Any
) -> None:
    admin.put(
        "/api/v1/sites/demo/policy", json={"blocked_words": ["casino"]}, headers={"If-Match": '"1"'}
    )
    scorer.down = "gone"
    waiting = submit(body="casino").json["id"]
    clock.move(seconds=60)
    runtime.services.sweep()
    found = detail(admin, waiting)
    assert (found["status"], found["reasons"]) == (
        "queued",
        ["scoring_unavailable", "blocked_words"],
    )


def test_one_text_that_the_scorer_cannot_take_does_not_hold_up_the_others(
    submit: Any, scorer: Any, runtime: Any, moderator: Any
) -> None:
    scorer.down = "loading"
    ids = [submit(body=f"number {n}", email=f"a{n}@example.com").json["id"] for n in range(5)]
    scorer.down = None
    score = scorer.score

    def picky(texts: Any) -> Any:
        from moderation.errors import ScoringUnavailable

        if any("number 3" in text for text in texts):
            raise ScoringUnavailable("cannot read this")
        return score(texts)

    scorer.score = picky
    done = runtime.services.sweep()
    assert (done.scored, done.put_off) == (4, 1)
    statuses = [detail(moderator, comment_id)["status"] for comment_id in ids]
    assert statuses == ["published"] * 3 + ["pending", "published"]


def test_job_of_a_worker_that_died_is_taken_over_after_its_lease(
    submit: Any, scorer: Any, runtime: Any, moderator: Any, clock: Any
) -> None:
    scorer.down = "loading"
    waiting = submit().json["id"]
    scorer.down = None
    pending = ScorePending(runtime.store, clock, ScoringPort(scorer), 3600)
    assert len(pending._claim(32)) == 1
    assert pending().scored == 0
    clock.move(seconds=61)
    assert pending().scored == 1
    assert detail(moderator, waiting)["status"] == "published"


def test_two_workers_score_each_comment_once(
    submit: Any, scorer: Any, runtime: Any, clock: Any
) -> None:
    scorer.down = "loading"
    for n in range(20):
        submit(email=f"a{n}@example.com")
    scorer.down = None
    scorer.calls.clear()
    workers = [
        threading.Thread(
            target=ScorePending(runtime.store, clock, ScoringPort(scorer), 3600), args=(7,)
        )
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    texts = [text for call in scorer.calls for text in call]
    assert len(texts) == len(set(texts)) == 20


@pytest.mark.parametrize(
    "answer",
    [
        [], [Scores({})], [Scores({"toxicity": 0.1}), Scores({"toxicity": 0.1})],
    ],
)  # fmt: skip
def test_answer_that_does_not_fit_the_question_leaves_the_comment_pending(
    submit: Any, scorer: Any, answer: Any
) -> None:
    scorer.score = lambda texts: answer
    assert submit().status_code == 202


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.5, 1.5])
def test_score_that_is_no_probability_leaves_the_comment_pending(
    submit: Any, scorer: Any, value: float
) -> None:
    from moderation.domain.scores import probability

    class Broken:
        name, version, labels = "broken", "1", ("toxicity",)

        def score(self, texts: Any) -> list[Scores]:
            return [Scores({"toxicity": probability(value)}) for _ in texts]

    service = ServiceScorer("broken", Broken, timeout_s=2)
    scorer.score = service.score
    try:
        assert submit().status_code == 202
    finally:
        service.close()


def test_hung_scorer_costs_its_time_limit_and_no_more(submit: Any, scorer: Any) -> None:
    entered, release = threading.Event(), threading.Event()

    class Hanging:
        name, version, labels = "hanging", "1", ("toxicity",)

        def score(self, texts: Any) -> list[Scores]:
            entered.set()
            release.wait(30)
            return [Scores({"toxicity": 0.1}) for _ in texts]

    service = ServiceScorer("hanging", Hanging, timeout_s=0.2)
    scorer.score = service.score
    deadline = time.monotonic() + 30
    try:
        # The time of a call may be over before the model is loaded or its batch begins.
        while not entered.is_set():
            assert time.monotonic() < deadline
            assert submit().status_code == 202
        while service.status() != (False, "The scorer does not answer."):
            assert time.monotonic() < deadline
            threading.Event().wait(0.01)
        assert submit().status_code == 202
    finally:
        release.set()
        service.close()


def test_readiness_names_the_part_that_is_not(client: Any, scorer: Any, runtime: Any) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    scorer.down = "The file model.int8.onnx is missing."
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["parts"]["scorer"] == {"ok": False, "detail": scorer.down}
    assert answer.json["parts"]["store"]["ok"] is True
    with runtime.store.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE sites RENAME TO hidden"))
    try:
        assert client.get("/readyz").json["parts"]["store"]["ok"] is False
    finally:
        with runtime.store.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE hidden RENAME TO sites"))


def test_every_published_comment_has_a_decision_on_record(
    submit: Any, scorer: Any, runtime: Any, clock: Any
) -> None:
    scorer.down = "loading"
    submit()
    scorer.down = None
    submit(), submit(body="{threat=0.8}")
    runtime.services.sweep()
    with runtime.store.engine.connect() as connection:
        unexplained = connection.execute(
            sa.text(
                "SELECT count(*) FROM comments c WHERE status = 'published' AND NOT EXISTS ("
                " SELECT 1 FROM moderation_log l WHERE l.comment_id = c.id"
                " AND l.to_status = 'published' AND l.version <= c.version"
                " AND (l.trace IS NOT NULL OR l.actor_key IS NOT NULL))"
            )
        ).scalar()
        published = connection.execute(
            sa.text("SELECT count(*) FROM comments WHERE status = 'published'")
        ).scalar()
    assert (published, unexplained) == (2, 0)


def test_thread_shows_nothing_that_waits(submit: Any, scorer: Any, client: Any) -> None:
    scorer.down = "gone"
    submit()
    shown = client.get("/api/v1/sites/demo/comments", query_string={"page_url": PAGE}).json
    assert shown["count"] == 0


def test_lease_holds_against_a_worker_whose_clock_is_a_little_behind(
    submit: Any, scorer: Any, runtime: Any, clock: Any
) -> None:
    scorer.down = "loading"
    submit()
    scorer.down = None
    assert len(runtime.services.score_pending._claim(32)) == 1
    clock.move(seconds=-5)
    assert runtime.services.score_pending._claim(32) == []
