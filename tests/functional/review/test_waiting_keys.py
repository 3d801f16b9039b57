"""Whatever happens to a comment, what a queue is searched by says what the comments say."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from models import Comment, Score, TextBand, WaitingReason, WaitingScore
from moderation.domain.near_text import bands
from moderation.domain.scores import LABELS
from moderation.domain.statuses import QUEUED
from moderation.services import rescore
from moderation.services.comment_scoring import keep_score
from moderation.storage.waiting_keys import ESCALATED


@pytest.fixture
def check(runtime: Any) -> Any:
    """Compare the keys with the comments; returns how many wait."""

    def compare() -> int:
        with runtime.store.read() as session:
            rows = session.scalars(sa.select(Comment).where(Comment.status == QUEUED)).all()
            codes = {
                (row.id, code, row.priority)
                for row in rows
                for code in [*row.reasons, *([ESCALATED] if row.escalated else [])]
            }
            texts = {
                (row.id, band, value) for row in rows for band, value in enumerate(bands(row.body))
            }
            scores = {
                (row.id, label, value)
                for row in rows
                if row.score_id
                for label in LABELS
                if (value := getattr(session.get_one(Score, row.score_id), label)) is not None
            }
            reason, band, score = WaitingReason, TextBand, WaitingScore
            columns = sa.select(reason.comment_id, reason.code, reason.priority)
            assert sorted(map(tuple, session.execute(columns))) == sorted(codes)
            columns = sa.select(band.comment_id, band.band, band.value)
            assert sorted(map(tuple, session.execute(columns))) == sorted(texts)
            columns = sa.select(score.comment_id, score.label, score.score)
            assert sorted(map(tuple, session.execute(columns))) == sorted(scores)
            return len(rows)

    return compare


def test_keys_follow_every_step(
    submit: Any, client: Any, moderator: Any, admin: Any, runtime: Any, scorer: Any, check: Any,
    run: Any, tmp_path: Any,
) -> None:  # fmt: skip
    submit()
    held = submit(body="{toxicity=0.9} and words").json
    assert check() == 1
    url, receipt = f"/api/v1/comments/{held['id']}", held["receipt"]["token"]

    def decide(action: str, version: int) -> str:
        answer = moderator.post(f"{url}/decisions", json={"action": action, "version": version})
        assert answer.status_code == 200, answer.text
        return str(answer.json["id"])

    decide("escalate", 1)
    assert check() == 1
    edited = client.patch(f"/api/v1/receipts/{receipt}", json={"body": "{insult=0.9} other words"})
    assert edited.status_code == 200, edited.text
    assert check() == 1
    decision = admin.post(f"{url}/decisions", json={"action": "reject", "version": 3}).json["id"]
    assert check() == 0
    admin.post(f"/api/v1/decisions/{decision}/undo")
    assert check() == 1
    scorer.down = "away"
    waiting = submit(body="{threat=0.9} as soon as it is scored")
    assert (waiting.json["status"], check()) == ("pending", 1)
    scorer.down = None
    runtime.services.sweep()
    assert check() == 2
    path = tmp_path / "comments.jsonl"
    rows = [
        {"id": str(number), "page_url": "/bridge", "body": f"{{obscene=0.9}} {number} words",
         "created_at": 1, "status": "queued" if number % 2 else "published"}
        for number in range(6)
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)))
    run("import", "jsonl", str(path), "--site", "demo")
    assert check() == 5
    rows[1]["body"], rows[3]["status"], rows[2]["status"] = "Changed there.", "spam", "queued"
    path.write_text("\n".join(map(json.dumps, rows)))
    for _ in range(2):
        assert run("rescore").exit_code == 0
        assert check() == 5
        scorer.version = "2"
    run("import", "jsonl", str(path), "--site", "demo")
    assert check() == 5
    client.delete(f"/api/v1/receipts/{receipt}")
    assert check() == 4


def test_nobody_decides_while_a_score_is_being_kept(
    submit: Any, runtime: Any, database_url: str, monkeypatch: pytest.MonkeyPatch, check: Any
) -> None:
    """A decision between reading and writing would leave keys of what waits no more."""
    held = submit(body="{toxicity=0.9} and words").json
    with runtime.store.write() as session:
        session.execute(sa.update(Score).values(model_version="older"))
    other = sa.create_engine(
        database_url, connect_args=_AT_ONCE[database_url.split(":", maxsplit=1)[0][:6]]
    )
    refused: list[str] = []

    def keep(*given: Any) -> None:
        with pytest.raises(OperationalError) as error, other.begin() as connection:
            connection.execute(sa.text("UPDATE comments SET priority = 0"))
        refused.append(str(error.value.orig))
        keep_score(*given)

    monkeypatch.setattr(rescore, "keep_score", keep)
    assert runtime.services.rescore(None, lambda *_: None) == 1
    other.dispose()
    assert len(refused) == 1
    assert "lock" in refused[0]
    assert check() == 1
    assert held["status"] == "queued"


_AT_ONCE = {"sqlite": {"timeout": 0}, "postgr": {"options": "-c lock_timeout=50ms"}}
