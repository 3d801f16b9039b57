"""How long the text of what was not published is kept."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from models import Base
from moderation.storage import retention


@pytest.fixture
def decide(moderator: Any) -> Any:
    def call(sent: Any, action: str, **fields: Any) -> Any:
        url = f"/api/v1/comments/{sent.json['id']}"
        verdict = {"action": action, "version": moderator.get(url).json["version"], **fields}
        return moderator.post(f"{url}/decisions", json=verdict)

    return call


def _everything(runtime: Any) -> str:
    with runtime.store.read() as session:
        return "".join(
            str(session.execute(sa.select(table)).all()) for table in Base.metadata.sorted_tables
        )


def _pass(clock: Any, runtime: Any, days: float) -> None:
    clock.move(days=days)
    runtime.services.sweep()


def test_text_of_what_was_not_published_goes_after_ninety_days_and_the_record_stays(
    submit: Any, decide: Any, client: Any, moderator: Any, runtime: Any, clock: Any
) -> None:
    kept = [submit(body="shownword"), submit(body="waitingword {insult=0.9}")]
    gone = [submit(body=f"goneword {number} {{insult=0.9}}") for number in range(3)]
    for sent, action in zip(gone, ("reject", "spam"), strict=False):
        decide(sent, action, reason="Off topic.")
        moderator.get(f"/api/v1/comments/{sent.json['id']}")
    client.delete(f"/api/v1/receipts/{gone[2].json['receipt']['token']}")
    _pass(clock, runtime, 89.9)
    assert _everything(runtime).count("goneword") >= 3
    _pass(clock, runtime, 0.2)
    stored = _everything(runtime)
    assert "goneword" not in stored
    for sent, word in zip(kept, ("shownword", "waitingword"), strict=True):
        assert word in stored
        assert sent.json["id"] in stored
    item = moderator.get(f"/api/v1/comments/{gone[0].json['id']}").json
    assert (item["body"], item["highlights"], item["status"]) == ("", [], "rejected")
    assert item["text_removed_at"] is not None
    assert (item["scores"]["insult"], item["author"]["name"]) == (0.9, "Ann")
    assert [step["action"] for step in item["history"]] == ["scored", "reject"]
    # What is no longer there to read is neither published nor appealed.
    answer = decide(gone[0], "approve")
    assert (answer.status_code, answer.json["code"]) == (409, "text_removed")
    token = gone[0].json["receipt"]["token"]
    assert client.get(f"/api/v1/receipts/{token}").json["can"] == ["withdraw"]
    page = client.get(f"/receipts/{token}").text
    assert "The text is removed" in page
    assert "Off topic." in page


def test_time_runs_from_the_last_change_of_status_and_takes_the_appeal_along(
    submit: Any, decide: Any, client: Any, runtime: Any, clock: Any, as_role: Any
) -> None:
    sent = submit(body="lateword {insult=0.9}")
    decide(sent, "reject")
    _pass(clock, runtime, 60)
    appeal = f"/api/v1/receipts/{sent.json['receipt']['token']}/appeal"
    client.post(appeal, json={"message": "appealword"})
    _pass(clock, runtime, 60)
    assert "lateword" in _everything(runtime)
    decide(sent, "reject")
    _pass(clock, runtime, 89)
    assert "lateword" in _everything(runtime)
    _pass(clock, runtime, 1.1)
    stored = _everything(runtime)
    assert "lateword" not in stored
    assert "appealword" not in stored


def test_whom_a_text_named_is_forgotten_with_it(
    submit: Any, decide: Any, admin: Any, runtime: Any, clock: Any
) -> None:
    def fairness() -> tuple[int, int]:
        view = admin.get("/api/v1/sites/demo/fairness", query_string={"days": 365}).json
        (religion,) = (row for row in view["groups"] if row["group"] == "religion")
        return religion["comments"], view["unread"]

    submit(body="Muslim neighbours")
    decide(submit(body="Muslims {insult=0.9}"), "reject")
    assert fairness() == (2, 0)
    _pass(clock, runtime, 90.1)
    assert fairness() == (1, 1)


def test_site_says_how_long(submit: Any, decide: Any, admin: Any, runtime: Any, clock: Any) -> None:
    url = "/api/v1/sites/demo"
    assert admin.get(url).json["rejected_text_days"] == 90
    decide(submit(body="oneword {insult=0.9}"), "reject")
    admin.patch(url, json={"rejected_text_days": None})
    _pass(clock, runtime, 4000)
    assert "oneword" in _everything(runtime)
    admin.patch(url, json={"rejected_text_days": 1})
    _pass(clock, runtime, 0.1)
    assert "oneword" not in _everything(runtime)
    for wrong in (0, 3651, 1.5, True, "90"):
        assert admin.patch(url, json={"rejected_text_days": wrong}).status_code == 422


def test_rescoring_leaves_removed_texts_alone(
    submit: Any, decide: Any, moderator: Any, runtime: Any, clock: Any, scorer: Any
) -> None:
    sent = submit(body="{insult=0.9}")
    decide(sent, "reject")
    _pass(clock, runtime, 91)
    scorer.version = "2"
    runtime.services.rescore(None, lambda _done, _total: None)
    assert moderator.get(f"/api/v1/comments/{sent.json['id']}").json["scores"]["insult"] == 0.9


def test_what_quotes_a_text_goes_with_it_and_why_it_was_held_stays(
    submit: Any, decide: Any, admin: Any, moderator: Any, runtime: Any, clock: Any
) -> None:
    url = "/api/v1/sites/demo/policy"
    tag = {"If-Match": admin.get(url).headers["ETag"]}
    admin.put(url, json={"suspect_words": ["listedword"]}, headers=tag)
    sent = submit(body="A listedword and a quotedword.")
    url = f"/api/v1/comments/{sent.json['id']}"
    moderator.post(f"{url}/notes", json={"note": "Look: quotedword!"})
    decide(sent, "reject", reason="Off topic.", note="It says quotedword.")
    assert "quotedword" in _everything(runtime)
    assert "listedword" in str(moderator.get(url).json["trace"])
    _pass(clock, runtime, 90.1)
    assert "quotedword" not in _everything(runtime)
    item = moderator.get(url).json
    assert "listedword" not in str(item["trace"])
    [found] = [line for line in item["trace"] if line["check"] == "suspect_words"]
    assert (found["value"], found["effect"], found["detail"]) == (1, "queue", {})
    assert [step["reason"] for step in item["history"]] == [None, "Off topic."]


def test_removal_that_failed_is_tried_again_with_the_next_sweep(
    submit: Any, decide: Any, runtime: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(submit(body="stuckword {insult=0.9}"), "reject")
    with monkeypatch.context() as broken:
        broken.setattr(retention, "forget_texts", _no_disk)
        with pytest.raises(OSError, match="full"):
            _pass(clock, runtime, 91)
    assert "stuckword" in _everything(runtime)
    runtime.services.sweep()
    assert "stuckword" not in _everything(runtime)


def _no_disk(*_: Any) -> None:
    raise OSError("The disk is full.")
