"""A site's policy: what it does to comments, and how it is changed."""

from __future__ import annotations

from typing import Any

import pytest

POLICY = "/api/v1/sites/demo/policy"


@pytest.fixture
def put(admin: Any) -> Any:
    """Change the policy from the version in force."""

    def change(**fields: Any) -> Any:
        tag = admin.get(POLICY).headers["ETag"]
        return admin.put(POLICY, json=fields, headers={"If-Match": tag})

    return change


def test_default_policy_holds_on_a_score_and_rejects_on_none(admin: Any) -> None:
    answer = admin.get(POLICY)
    assert answer.headers["ETag"] == '"1"'
    policy = answer.json
    assert (policy["version"], policy["mode"], policy["max_links"]) == (1, "thresholds", 2)
    assert (policy["scorer_down"], policy["audit_rate"]) == ("queue", 0)
    assert all(pair["reject_at"] is None for pair in policy["thresholds"].values())


def test_score_at_a_threshold_triggers(put: Any, submit: Any) -> None:
    put(thresholds={"threat": {"queue_at": 0.4, "reject_at": 0.8}})
    assert submit(body="{threat=0.399999}").json["status"] == "published"
    assert submit(body="{threat=0.4}").json["status"] == "queued"
    rejected = submit(body="{threat=0.8} {insult=0.9}").json
    assert (rejected["status"], rejected["reasons"]) == ("rejected", ["threat"])


def test_thresholds_are_replaced_whole_and_the_rest_is_kept(put: Any) -> None:
    put(max_links=5, suspect_words=["a"], note="first")
    changed = put(thresholds={"insult": {"queue_at": 0.7}}).json
    assert changed["thresholds"] == {"insult": {"queue_at": 0.7, "reject_at": None}}
    assert (changed["max_links"], changed["suspect_words"]) == (5, ["a"])
    assert (changed["version"], changed["note"]) == (3, "")


def test_links_queue_above_the_limit(put: Any, submit: Any) -> None:
    put(max_links=1)
    assert submit(body="see https://a.example").json["status"] == "published"
    held = submit(body="see https://a.example and www.b.example").json
    assert (held["status"], held["reasons"]) == ("queued", ["links"])
    put(max_links=None)
    assert submit(body="https://a.example " * 9).json["status"] == "published"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("the casino is closed", "queued"), ("CASINO!", "queued"), ("ca\u200bsino", "queued"),
        ("\uff43asino", "queued"), ("casinos", "published"), ("gambling, gamblers", "queued"),
        ("buy now, cheap", "rejected"), ("buy, now", "rejected"), ("buy it now", "published"),
    ],
)  # fmt: skip
def test_words_match_whole_folded_and_normalised(
    put: Any, submit: Any, body: str, status: str
) -> None:
    put(suspect_words=["Casino", "gambl*"], blocked_words=["buy now"])
    assert submit(body=body).json["status"] == status


def test_words_are_looked_for_in_the_name_too(put: Any, submit: Any) -> None:
    put(blocked_words=["casino"])
    assert submit(name="Casino Royal").json["status"] == "rejected"


def test_first_comment_waits_where_the_site_wants_it(put: Any, submit: Any, moderator: Any) -> None:
    put(hold_first_comment=True)
    first = submit().json
    assert (first["status"], first["reasons"]) == ("queued", ["first_comment"])
    moderator.post(
        f"/api/v1/comments/{first['id']}/decisions", json={"action": "approve", "version": 1}
    )
    assert submit().json["status"] == "published"


def test_hold_all_queues_everything(put: Any, submit: Any) -> None:
    put(mode="hold_all", blocked_words=["never"])
    assert submit().json["reasons"] == ["hold_all"]
    assert submit(body="never {threat=0.9}").json["status"] == "queued"


def test_change_needs_the_present_version(admin: Any) -> None:
    missing = admin.put(POLICY, json={"max_links": 1})
    assert (missing.status_code, missing.json["code"]) == (428, "precondition_required")
    stale = admin.put(POLICY, json={"max_links": 1}, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json["code"]) == (412, "precondition_failed")
    assert admin.get(POLICY).json["version"] == 1


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({"mode": "off"}, ["mode"]), ({"scorer_down": "publish"}, ["scorer_down"]),
        ({"thresholds": {"rudeness": {"queue_at": 0.5}}}, ["thresholds.rudeness"]),
        ({"thresholds": {"threat": {"queue_at": 0}}}, ["thresholds.threat.queue_at"]),
        ({"thresholds": {"threat": {"queue_at": 1.1}}}, ["thresholds.threat.queue_at"]),
        ({"thresholds": {"threat": {"queue_at": True}}}, ["thresholds.threat.queue_at"]),
        ({"thresholds": {"threat": {"queue_at": "0.5"}}}, ["thresholds.threat.queue_at"]),
        ({"thresholds": {"threat": {"queue_at": 0.5, "reject_at": 0.4}}}, ["thresholds.threat.reject_at"]),
        ({"thresholds": {"threat": {"hide_at": 0.5}}}, ["thresholds.threat.hide_at"]),
        ({"thresholds": {"threat": 0.5}}, ["thresholds.threat"]), ({"thresholds": [1]}, ["thresholds"]),
        ({"max_links": -1}, ["max_links"]), ({"max_links": 1.5}, ["max_links"]), ({"max_links": False}, ["max_links"]),
        ({"suspect_words": "casino"}, ["suspect_words"]), ({"blocked_words": ["ok", ""]}, ["blocked_words.1"]),
        ({"blocked_words": ["!!"]}, ["blocked_words.0"]), ({"blocked_words": [5]}, ["blocked_words.0"]),
        ({"blocked_words": ["nul\x00"]}, ["blocked_words.0"]), ({"blocked_words": ["*"]}, ["blocked_words.0"]),
        ({"hold_first_comment": "yes"}, ["hold_first_comment"]), ({"audit_rate": 1.01}, ["audit_rate"]),
        ({"note": "x" * 1001}, ["note"]), ({"note": "\ud800"}, ["note"]), ({"surprise": 1}, ["surprise"]),
    ],
)  # fmt: skip
def test_bad_policy_names_every_fault_and_changes_nothing(
    put: Any, admin: Any, sent: Any, fields: list[str]
) -> None:
    answer = put(**sent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, fields)
    assert admin.get(POLICY).json["version"] == 1


def test_versions_stay_and_can_be_put_back(put: Any, admin: Any) -> None:
    put(max_links=9, note="more links")
    put(max_links=0)
    listed = admin.get(f"{POLICY}/versions", query_string={"limit": 2}).json
    assert [item["version"] for item in listed["items"]] == [3, 2]
    rest = admin.get(f"{POLICY}/versions", query_string={"cursor": listed["next_cursor"]}).json
    assert [item["version"] for item in rest["items"]] == [1]
    assert (listed["items"][1]["note"], listed["items"][1]["author"]) == (
        "more links",
        "admin token",
    )
    back = admin.post(f"{POLICY}/rollback", json={"version": 2})
    assert (back.json["version"], back.json["max_links"]) == (4, 9)
    assert admin.post(f"{POLICY}/rollback", json={"version": 99}).status_code == 404


def test_trace_keeps_the_version_that_decided(put: Any, submit: Any, moderator: Any) -> None:
    held = submit(body="{insult=0.9}").json["id"]
    put(max_links=0)
    detail = moderator.get(f"/api/v1/comments/{held}").json
    assert detail["policy_version"] == 1
    assert detail["history"][0]["policy_version"] == 1
