"""A second scale from decisions: refused on too little, honest about itself, without effect."""

from __future__ import annotations

import random
from typing import Any

import pytest

from moderation.domain import facts
from moderation.domain.facts import Facts
from tests.functional.lab.test_preview import decide, preview, put
from tests.judged import put_judged

__all__ = ["decide", "preview", "put"]

URL = "/api/v1/sites/demo/calibrations"
POLICY = "/api/v1/sites/demo/policy"


@pytest.fixture
def judged(submit: Any, runtime: Any, clock: Any) -> Any:
    """Put comments into the lab of which people reject a share that rises with the score."""

    def put_in(count: int, *, audits: int = 0, rate: float = 0.1) -> None:
        posted = submit(body="{insult=0.1}").json["id"]
        chance = random.Random(5)
        rows = []
        for place in range(count + audits):
            clock.move(seconds=1)
            audit = place >= count
            score = chance.uniform(0.0, 0.4) if audit else chance.uniform(0.4, 1.0)
            # People reject half of what scores 0.75, and hardly anything below 0.5.
            said = 2 if chance.random() < max(0.02, 2 * score - 1) else 1
            kept = Facts(
                at=clock(),
                scores={"insult": facts.millionths(min(score, 0.999999))},
                policy_version=1,
                audit_rate=facts.millionths(rate if audit else 0),
                machine="published" if audit else "queued",
                verdict=0 if audit else said,
                audit=said if audit else 0,
            )
            rows.append(kept)
        put_judged(runtime.store, posted, rows)

    return put_in


def _make(admin: Any, **fields: Any) -> Any:
    return admin.post(URL, json={"label": "insult", **fields})


def test_too_little_is_refused_with_what_is_missing(admin: Any, judged: Any) -> None:
    judged(120)
    answer = _make(admin)
    assert (answer.status_code, answer.json["code"]) == (409, "not_enough_decisions")
    assert answer.json["detail"] == "There are 120 decisions; 200 are needed, 80 more."
    assert admin.get(URL, query_string={"label": "insult"}).json == {"items": []}


def test_a_version_is_made_off_then_used_and_changes_no_decision(
    admin: Any, judged: Any, submit: Any, preview: Any
) -> None:
    judged(480, audits=100)
    before = preview(thresholds={"insult": {"queue_at": 0.5}})
    made = _make(admin, note="first")
    assert made.status_code == 201, made.json
    view = made.json
    assert (view["version"], view["in_use"], view["fits"]) == (1, False, True)
    assert (view["basis"]["decisions"], view["basis"]["audits"]) == (580, 100)
    known = [step["value"] for step in view["scale"] if step["value"] is not None]
    assert known == sorted(known)
    assert len(view["scale"]) == 101
    near = view["scale"][75]
    assert near["low"] < 0.5 < near["high"]
    assert near["n"] >= 30
    # The raw score promises too much; the scale's chances, made without the comment, do not.
    report = view["report"]
    assert report["after"]["brier"] < report["before"]["brier"]
    url = f"{URL}/insult"
    assert admin.get(f"{url}/threshold", query_string={"chance": 0.5}).status_code == 404
    used = admin.put(url, json={"version": 1}).json["calibration"]
    assert used["in_use"] is True
    found = admin.get(f"{url}/threshold", query_string={"chance": 0.5}).json
    assert 0.65 <= found["threshold"] <= 0.85
    assert found["estimate"]["value"] >= 0.5
    assert preview(thresholds={"insult": {"queue_at": 0.5}}) == before
    assert submit(body="{insult=0.9} still").json["status"] == "queued"
    assert admin.get(POLICY).json["version"] == 1
    far = admin.get(f"{url}/threshold", query_string={"chance": 0.999})
    assert (far.status_code, far.json["code"]) == (409, "out_of_reach")
    assert admin.get(f"{url}/threshold", query_string={"chance": 0}).status_code == 422
    assert admin.put(url, json={"version": None}).json == {"calibration": None}
    assert admin.put(url, json={"version": 7}).status_code == 404
    acts = [
        (act["action"], act["subject"])
        for act in admin.get("/api/v1/admin-log").json["items"]
        if act["action"].startswith("calibration")
    ]
    assert acts == [
        ("calibration_off", "insult version 1"),
        ("calibration_on", "insult version 1"),
        ("calibration_made", "insult version 1"),
    ]


def test_another_model_makes_a_scale_useless(admin: Any, judged: Any, scorer: Any) -> None:
    judged(220)
    assert _make(admin).status_code == 201
    assert admin.put(f"{URL}/insult", json={"version": 1}).status_code == 200
    scorer.version = "2"
    (view,) = admin.get(URL, query_string={"label": "insult"}).json["items"]
    assert (view["in_use"], view["fits"]) == (True, False)
    assert admin.get(f"{URL}/insult/threshold", query_string={"chance": 0.5}).status_code == 404
    answer = admin.put(f"{URL}/insult", json={"version": 1})
    assert (answer.status_code, answer.json["code"]) == (409, "other_model")


def test_no_scale_is_made_of_two_models_scores(
    admin: Any, moderator: Any, judged: Any, submit: Any, scorer: Any, runtime: Any, clock: Any
) -> None:
    removed = submit(body="{insult=0.9}").json["id"]
    spam = {"action": "spam", "version": 1}
    moderator.post(f"/api/v1/comments/{removed}/decisions", json=spam)
    admin.patch("/api/v1/sites/demo", json={"rejected_text_days": 1})
    clock.move(days=2)
    judged(220)
    scorer.version = "2"
    runtime.services.sweep()
    scorer.down = "away"
    submit(body="waits for its first score")
    scorer.down = None
    answer = _make(admin)
    assert (answer.status_code, answer.json["code"]) == (409, "rescore_first")
    assert answer.json["detail"] == (
        "Another model than fake 2 scored 220 of the comments of these 90 days: "
        "run flask rescore, then make a scale."
    )
    runtime.services.rescore(None, lambda done, total: None)
    # The text that is gone keeps its old score.
    answer = _make(admin)
    assert (answer.status_code, answer.json["code"]) == (409, "rescore_first")
    assert answer.json["detail"].endswith(
        "scored 1 of the comments of these 90 days, whose text is gone: take fewer days."
    )
    made = _make(admin, days=1)
    assert made.status_code == 201, made.json
    assert (made.json["basis"]["decisions"], made.json["model"]) == (220, "fake 2")


def test_the_page_switches_a_scale_off_only_when_told_to(admin: Any, judged: Any) -> None:
    judged(220)
    _make(admin)
    page = "/admin/sites/demo/calibration"
    for wanted in ({"use": "1"}, {"do": "make"}):
        assert admin.post(page, data={"label": "insult", **wanted}).status_code == 303
    for wanted, field in (
        ({}, "do"), ({"do": "remove"}, "do"), ({"do": "of", "use": "1"}, "do"),
        ({"use": ""}, "use"), ({"use": "none"}, "use"), ({"use": "1" * 9}, "use"),
    ):  # fmt: skip
        answer = admin.post(page, data={"label": "insult", **wanted})
        assert answer.status_code == 422
        assert f"{field}: Must be" in answer.text
    url, ask = URL, {"label": "insult"}
    used = [view["in_use"] for view in admin.get(url, query_string=ask).json["items"]]
    assert used == [False, True]
    assert 'name="do" value="off"' in admin.get(page, query_string=ask).text
    assert admin.post(page, data={"label": "insult", "do": "off"}).status_code == 303
    used = [view["in_use"] for view in admin.get(url, query_string=ask).json["items"]]
    assert used == [False, False]


def test_suggested_verdicts_count_when_asked_for(admin: Any, judged: Any, as_role: Any) -> None:
    judged(190)
    site = as_role("site", "demo")
    key = site.headers["Authorization"].removeprefix("Bearer ")
    for place in range(12):
        sent = {
            "comment": {"text": f"Rude {place % 10} {{insult=0.9}}."},
            "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
        }
        url = f"/v1alpha1/comments:suggestscore?key={key}"
        assert site.client.post(url, json=sent).status_code == 200
    assert _make(admin).status_code == 409
    made = _make(admin, suggested=True)
    # Twelve verdicts on ten texts.
    assert made.json["basis"]["from_suggested"] == 10
    assert made.json["basis"]["decisions"] == 200


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"label": "rudeness"}, "label"), ({"days": 0}, "days"), ({"imported": "x"}, "imported"),
     ({"suggested": 2}, "suggested"), ({"note": "x" * 1001}, "note"), ({"surprise": 1}, "surprise")],
)  # fmt: skip
def test_a_bad_request_is_named(admin: Any, sent: Any, field: str) -> None:
    answer = _make(admin, **sent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    bad = admin.put(f"{URL}/rudeness", json={"version": 1})
    assert (bad.status_code, list(bad.json["errors"])) == (422, ["label"])
    missing = admin.put(f"{URL}/insult", json={})
    assert list(missing.json["errors"]) == ["version"]
