"""Twenty moderators decide the same comment at the same moment, two hundred times."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from moderation.bootstrap import Runtime
from tests.conftest import OPERATOR

pytestmark = pytest.mark.faults
MODERATORS = 20
ROUNDS = 200
ACTIONS = ("approve", "reject", "spam")


def test_one_decision_of_twenty_counts(
    as_role: Callable[..., Any], submit: Callable[..., Any], runtime: Runtime
) -> None:
    hook = runtime.services.webhooks.create(OPERATOR, "demo", "https://hooks.example/")
    ids = [
        submit(body=f"{{toxicity=0.9}} {number}", email=f"a{number}@example.com").json["id"]
        for number in range(ROUNDS)
    ]
    callers = [as_role("moderator", "demo") for _ in range(MODERATORS)]
    together = threading.Barrier(MODERATORS)
    answers: list[list[tuple[int, Any]]] = [[] for _ in range(ROUNDS)]

    def decide(number: int) -> None:
        for turn, comment_id in enumerate(ids):
            together.wait(60)
            sent = {"action": ACTIONS[(number + turn) % len(ACTIONS)], "version": 1}
            answer = callers[number].post(f"/api/v1/comments/{comment_id}/decisions", json=sent)
            answers[turn].append((answer.status_code, answer.json))

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(MODERATORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for turn, comment_id in enumerate(ids):
        assert Counter(status for status, _ in answers[turn]) == {200: 1, 409: MODERATORS - 1}
        assert {body["code"] for status, body in answers[turn] if status == 409} == {"stale"}
        (won,) = (body for status, body in answers[turn] if status == 200)
        assert stored(runtime, comment_id) == (won["status"], 2, 1)
        events = [f"comment.{status}" for status in ("queued", won["status"])]
        assert told(runtime, comment_id) == events
    assert len(runtime.services.webhook_deliveries.page(
        OPERATOR, "demo", hook.id, limit=3 * ROUNDS)) == 2 * ROUNDS  # fmt: skip


def told(runtime: Runtime, comment_id: str) -> list[str]:
    """The events of a comment, each of an id of its own."""
    with runtime.store.engine.connect() as connection:
        rows = connection.execute(
            sa.text(
                "SELECT type, message_id FROM webhook_deliveries WHERE comment_id = :id ORDER BY id"
            ),
            {"id": comment_id},
        ).all()
    assert len({message_id for _, message_id in rows}) == len(rows)
    return [kind for kind, _ in rows]


def stored(runtime: Runtime, comment_id: str) -> tuple[str, int, int]:
    """Status and version of a comment, and how many log rows that version has."""
    with runtime.store.engine.connect() as connection:
        row = connection.execute(
            sa.text(
                "SELECT status, version, (SELECT count(*) FROM moderation_log l"
                " WHERE l.comment_id = c.id AND l.version = c.version) FROM comments c"
                " WHERE id = :id"
            ),
            {"id": comment_id},
        ).one()
    return tuple(row)
