"""The clock is set back two days and forward thirty; the service's own, never the machine's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from moderation.bootstrap import Runtime
from tests.fakes import FakeClock, FakeScorer

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("days", [-2, 30], ids=["back two days", "forward thirty"])
class TestClockMoved:
    def test_waiting_comment_is_scored(
        self, submit: Any, scorer: FakeScorer, runtime: Runtime, clock: FakeClock, days: int
    ) -> None:
        scorer.down = "loading"
        waiting = [submit().json["id"], submit(body="{insult=0.9}").json["id"]]
        runtime.services.sweep()
        scorer.down = None
        clock.move(days=days)
        runtime.services.sweep()
        assert [status(runtime, each) for each in waiting] == ["published", "queued"]

    def test_waiting_comment_goes_to_a_person_without_a_scorer(
        self, submit: Any, scorer: FakeScorer, runtime: Runtime, clock: FakeClock, days: int
    ) -> None:
        scorer.down = "loading"
        waiting = submit().json["id"]
        clock.move(days=days)
        runtime.services.sweep()
        assert status(runtime, waiting) == "queued"

    def test_job_of_a_dead_worker_is_taken_over(
        self, submit: Any, scorer: FakeScorer, runtime: Runtime, clock: FakeClock, days: int
    ) -> None:
        scorer.down = "loading"
        waiting = submit().json["id"]
        scorer.down = None
        assert len(runtime.services.score_pending._claim(32)) == 1
        clock.move(days=days)
        runtime.services.sweep()
        assert status(runtime, waiting) == "published"

    def test_held_item_can_be_claimed_and_decided_by_another(
        self, submit: Any, as_role: Callable[..., Any], clock: FakeClock, days: int
    ) -> None:
        held = submit(body="{toxicity=0.9}").json["id"]
        gone, here = as_role("moderator", "demo"), as_role("moderator", "demo")
        assert len(gone.post("/api/v1/queue/claims", json={"limit": 1}).json["items"]) == 1
        clock.move(days=days)
        assert len(here.post("/api/v1/queue/claims", json={"limit": 1}).json["items"]) == 1
        sent = {"action": "approve", "version": 1}
        assert here.post(f"/api/v1/comments/{held}/decisions", json=sent).status_code == 200

    def test_same_submission_again_makes_no_second_comment(
        self, client: Any, submit: Any, moderator: Any, clock: FakeClock, days: int
    ) -> None:
        sent = {"body": "{toxicity=0.9} the same", "headers": {"Idempotency-Key": "k"}}
        first = submit(**sent).json["id"]
        clock.move(days=days)
        again = submit(**sent)
        assert again.json.get("id") == first or again.json["code"] == "duplicate"
        assert len(moderator.get("/api/v1/queue").json["items"]) == 1


def status(runtime: Runtime, comment_id: str) -> str:
    from models import Comment

    with runtime.store.read() as session:
        return session.get(Comment, comment_id).status
