"""Suggested thresholds, histograms and numbers, on decisions made through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functional.lab.test_preview import decide, put

__all__ = ["decide", "put"]

SITE = "/api/v1/sites/demo"


def _suggest(admin: Any, target: str, value: float, **query: Any) -> Any:
    sent = {"label": "insult", "target": target, "value": value, **query}
    return admin.get(f"{SITE}/policy/suggestion", query_string=sent)


@pytest.fixture
def judged(put: Any, submit: Any, decide: Any) -> None:
    """Fifty held comments by score: of the upper forty all but four are rejected, of the
    lower ten none."""
    put(thresholds={"insult": {"queue_at": 0.5, "reject_at": None}})
    for place in range(50):
        score = 0.8 if place < 40 else 0.6
        held = submit(body=f"{{insult={score}}} {place}").json["id"]
        decide(held, "approve" if place % 10 == 0 or place > 40 else "reject")


def test_suggestion_needs_decisions_and_says_how_many(admin: Any, submit: Any, decide: Any) -> None:
    for place in range(3):
        decide(submit(body=f"{{insult=0.9}} {place}").json["id"], "reject")
    for target in ("precision", "recall"):
        answer = _suggest(admin, target, 0.9)
        assert (answer.status_code, answer.json["code"]) == (409, "not_enough_decisions")
        assert "3" in answer.json["detail"]
        assert "30" in answer.json["detail"]


@pytest.mark.usefixtures("judged")
def test_threshold_for_a_precision_or_recall_is_where_the_decisions_put_it(admin: Any) -> None:
    found = _suggest(admin, "precision", 0.9).json
    assert found["queue_at"] == 0.61
    assert found["expected"]["precision"]["value"] == pytest.approx(36 / 40)
    assert found["expected"]["precision"]["n"] == 40
    assert found["expected"]["precision"]["low"] < 0.9 < found["expected"]["precision"]["high"]
    assert found["expected"]["queue_per_day"]["value"] == 40 / 30
    assert _suggest(admin, "precision", 0.7).json["queue_at"] == 0.01
    assert _suggest(admin, "precision", 0.95).json["code"] == "out_of_reach"
    lost = _suggest(admin, "recall", 1).json
    assert lost["queue_at"] == 0.8
    assert (lost["expected"]["recall"]["value"], lost["expected"]["audits"]) == (1, 0)


@pytest.mark.usefixtures("judged")
def test_threshold_for_a_days_work_needs_no_decisions(admin: Any, submit: Any) -> None:
    submit(body="see http://a.example http://b.example www.c.example")
    found = _suggest(admin, "per_day", 41 / 30).json
    assert (found["queue_at"], found["expected"]["queue_per_day"]["value"]) == (0.61, 41 / 30)
    assert _suggest(admin, "per_day", 100).json["queue_at"] == 0.01
    assert _suggest(admin, "per_day", 0).json["code"] == "out_of_reach"


@pytest.mark.usefixtures("judged")
def test_histogram_splits_by_what_people_said(admin: Any, submit: Any) -> None:
    submit(body="{insult=0.999999}")
    view = admin.get(f"{SITE}/scores/histogram", query_string={"label": "insult"}).json
    assert (view["comments"], len(view["bins"])) == (51, 20)
    bins = {
        part["from"]: (part["approved"], part["rejected"], part["undecided"])
        for part in view["bins"]
    }
    assert (bins[0.8], bins[0.6], bins[0.95]) == ((4, 36, 0), (10, 0, 0), (0, 0, 1))
    assert view["bins"][16]["to"] == 0.85


@pytest.mark.usefixtures("judged")
def test_numbers_tell_what_happened_and_how_well(admin: Any, submit: Any, clock: Any) -> None:
    clock.move(days=1)
    submit(body="fine")
    view = admin.get(f"{SITE}/stats", query_string={"days": 2}).json
    assert view["machine"] == {"published": 1, "queued": 50, "rejected": 0}
    assert view["decided"] == {"approved": 14, "rejected": 36}
    assert view["queue_per_day"] == 25
    assert view["quality"]["held_precision"]["value"] == pytest.approx(36 / 50)
    assert [(day["day"], day["queued"], day["published"]) for day in view["by_day"]] == [
        ("2026-11-24", 50, 0), ("2026-11-25", 0, 1)]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"label": "rudeness"}, "label"), ({"target": "f1"}, "target"), ({"value": "x"}, "value"), ({"value": -1}, "value"),
     ({"value": 1.5}, "value"), ({"value": 0}, "value"), ({"days": 0}, "days")],
)  # fmt: skip
def test_bad_question_is_named(admin: Any, sent: Any, field: str) -> None:
    query = {"label": "insult", "target": "recall", "value": 0.9, **sent}
    answer = admin.get(f"{SITE}/policy/suggestion", query_string=query)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
