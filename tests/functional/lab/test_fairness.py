"""False alarms by whom a comment names, from decisions and audits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functional.lab.test_blind import _all, judge
from tests.functional.lab.test_preview import decide, preview, put

__all__ = ["decide", "judge", "preview", "put"]

URL = "/api/v1/sites/demo/fairness"


def _groups(admin: Any) -> dict[str, Any]:
    view = admin.get(URL, query_string={"days": 30}).json
    return {row["group"]: row for row in [view["none"], *view["groups"]]}


def test_naming_a_group_is_compared_with_naming_nobody(
    put: Any, submit: Any, decide: Any, judge: Any, moderator: Any, admin: Any
) -> None:
    put(audit_rate=1)
    for place in range(40):
        submit(body=f"My Muslim neighbours {place}")
        submit(body=f"The bridge {place}")
    for place in range(20):
        decide(submit(body=f"Muslims pray {{insult=0.9}} {place}").json["id"], "approve")
    decide(submit(body="Muslims are {insult=0.95}").json["id"], "reject")
    decide(submit(body="The council {insult=0.9}").json["id"], "approve")
    found = _groups(admin)
    assert found["religion"]["false_alarms"] == {"value": None, "low": None, "high": None, "n": 20}
    for item in _all(moderator):
        judge(item["id"], "approve")
    found = _groups(admin)
    religion, none = found["religion"], found["none"]
    assert (religion["comments"], religion["audits"], religion["false_alarms"]["n"]) == (61, 40, 60)
    assert religion["false_alarms"]["value"] == pytest.approx(20 / 60)
    assert none["false_alarms"]["value"] == pytest.approx(1 / 41)
    assert religion["false_alarms"]["low"] > none["false_alarms"]["high"]
    assert (religion["differs"], none["differs"]) == (True, False)
    assert (found["age"]["comments"], found["age"]["false_alarms"]["n"]) == (0, 0)
    # Only the thresholds count: a comment that a word held is no false alarm of theirs.
    put(suspect_words=["council"], thresholds={"insult": {"queue_at": 0.99, "reject_at": None}})
    assert _groups(admin)["religion"]["false_alarms"]["value"] == 0


def test_a_drawn_audit_stands_for_what_was_not_drawn(
    put: Any, submit: Any, decide: Any, judge: Any, moderator: Any, admin: Any
) -> None:
    put(audit_rate=0.5)
    for place in range(80):
        submit(body=f"My daughter is a girl {place}")
    for place in range(20):
        decide(submit(body=f"Women {{insult=0.9}} {place}").json["id"], "approve")
    for item in _all(moderator):
        judge(item["id"], "approve")
    found = _groups(admin)["gender"]
    assert found["audits"] < 60
    # Eighty were published and all audits let them stand: twenty false alarms in a hundred.
    assert found["false_alarms"]["value"] == pytest.approx(0.2)


def test_an_edit_names_others(submit: Any, client: Any, admin: Any) -> None:
    sent = submit(body="Pensioners and a wheelchair").json
    found = _groups(admin)
    assert [name for name, row in found.items() if row["comments"]] == ["disability", "age"]
    client.patch(f"/api/v1/receipts/{sent['receipt']['token']}", json={"body": "Kind words"})
    assert [name for name, row in _groups(admin).items() if row["comments"]] == ["none"]
    assert admin.get(URL, query_string={"days": 0}).status_code == 422
    assert admin.get("/api/v1/sites/nowhere/fairness").status_code == 404
