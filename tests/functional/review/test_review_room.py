"""Notes, marks on authors, similar comments, search and canned reasons, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.domain.near_text import bands, shingles, similarity
from tests.fakes import FakeClock

SPAM = (
    "Honestly I was doubtful too but my cousin makes {sum} a month from home with this, "
    "just look at the page in my profile and see for yourself {{insult=0.9}}"
)


def _held(submit: Any, **fields: Any) -> dict[str, Any]:
    answer = submit(body=fields.pop("body", "You {insult=0.9}"), **fields)
    assert answer.json["status"] == "queued", answer.json
    return answer.json


def test_a_note_is_kept_without_a_new_version(submit: Any, moderator: Any) -> None:
    comment_id = _held(submit)["id"]
    made = moderator.post(f"/api/v1/comments/{comment_id}/notes", json={"note": " A regular. "})
    assert (made.status_code, made.json["note"]) == (201, "A regular.")
    listed = moderator.get(f"/api/v1/comments/{comment_id}/notes").json["items"]
    assert listed == [made.json]
    assert moderator.get(f"/api/v1/comments/{comment_id}").json["version"] == 1


def test_another_sites_moderator_sees_no_notes(submit: Any, as_role: Any) -> None:
    comment_id = _held(submit)["id"]
    stranger = as_role("moderator", "other")
    for path in ("notes", "author", "similar"):
        assert stranger.get(f"/api/v1/comments/{comment_id}/{path}").status_code == 404


def test_a_blocked_author_is_rejected_with_the_reason_in_the_trace(
    submit: Any, moderator: Any
) -> None:
    comment_id = _held(submit)["id"]
    mark = {"standing": "blocked", "note": "Third threat this week."}
    made = moderator.post(f"/api/v1/comments/{comment_id}/author/marks", json=mark)
    assert made.status_code == 201
    answer = submit(body="A kind word.").json
    assert (answer["status"], answer["reasons"]) == ("rejected", ["author_blocked"])
    trace = moderator.get(f"/api/v1/comments/{answer['id']}").json["trace"]
    assert [line["effect"] for line in trace if line["check"] == "author_blocked"] == ["reject"]
    assert (
        submit(body="Another's kind word.", email="bea@example.com").json["status"] == "published"
    )


def test_a_block_holds_on_its_site_only(submit: Any, moderator: Any) -> None:
    comment_id = _held(submit)["id"]
    mark = {"standing": "blocked", "note": "Enough."}
    moderator.post(f"/api/v1/comments/{comment_id}/author/marks", json=mark)
    elsewhere = submit(site="other", page_url="https://other.example/a", body="Hello.")
    assert elsewhere.json["status"] == "published"


def test_the_newest_mark_counts_and_none_takes_it_back(submit: Any, moderator: Any) -> None:
    comment_id = _held(submit)["id"]
    for standing in ("blocked", "none"):
        moderator.post(
            f"/api/v1/comments/{comment_id}/author/marks",
            json={"standing": standing, "note": "We talked."},
        )
    assert submit(body="Thank you.").json["status"] == "published"
    author = moderator.get(f"/api/v1/comments/{comment_id}/author").json
    assert [mark["standing"] for mark in author["marks"]] == ["none", "blocked"]
    assert author["standing"] == "none"


def test_a_trusted_author_is_not_held_for_a_score_but_for_a_listed_word(
    submit: Any, moderator: Any, admin: Any
) -> None:
    comment_id = _held(submit)["id"]
    mark = {"standing": "trusted", "note": "Our columnist."}
    moderator.post(f"/api/v1/comments/{comment_id}/author/marks", json=mark)
    published = submit(body="You {insult=0.9} again").json
    assert published["status"] == "published"
    trace = moderator.get(f"/api/v1/comments/{published['id']}").json["trace"]
    insult = next(line for line in trace if line["check"] == "insult")
    assert (insult["effect"], insult["detail"]["waived"]) == ("none", "author_trusted")
    admin.put(
        "/api/v1/sites/demo/policy",
        json={"blocked_words": ["heron"], "suspect_words": ["egret"]},
        headers={"If-Match": "*"},
    )
    assert submit(body="A heron.").json["status"] == "rejected"
    assert submit(body="An egret.").json["status"] == "queued"


@pytest.mark.parametrize("standing", ["friend", "", None])
def test_an_unknown_standing_is_refused(submit: Any, moderator: Any, standing: Any) -> None:
    comment_id = _held(submit)["id"]
    answer = moderator.post(
        f"/api/v1/comments/{comment_id}/author/marks", json={"standing": standing, "note": "x"}
    )
    assert answer.status_code == 422
    assert "standing" in answer.json["errors"]


def test_the_author_view_pages_through_all_that_they_wrote(submit: Any, moderator: Any) -> None:
    ids = [_held(submit, body=f"Number {place} {{insult=0.9}}")["id"] for place in range(3)]
    _held(submit, email="bea@example.com")
    first = moderator.get(f"/api/v1/comments/{ids[0]}/author?limit=2").json
    rest = moderator.get(
        f"/api/v1/comments/{ids[0]}/author?limit=2&cursor={first['next_cursor']}"
    ).json
    seen = [item["id"] for item in first["items"] + rest["items"]]
    assert seen == ids[::-1]
    assert rest["next_cursor"] is None


def test_nearly_the_same_texts_meet_across_pages_and_authors(submit: Any, moderator: Any) -> None:
    ids = [
        _held(
            submit,
            body=SPAM.format(sum=amount),
            email=f"a{amount}@example.com",
            page_url=f"https://news.example/{amount}",
        )["id"]
        for amount in (9400, 8100, 7700)
    ]
    _held(
        submit, body="Quite another thing was said here today {insult=0.9}", email="b@example.com"
    )
    group = moderator.get(f"/api/v1/comments/{ids[0]}/similar").json["items"]
    assert {item["id"] for item in group} == set(ids)


def test_a_decided_comment_leaves_its_group(submit: Any, moderator: Any) -> None:
    one = _held(submit, body=SPAM.format(sum=1), email="one@example.com")["id"]
    two = _held(submit, body=SPAM.format(sum=1), email="two@example.com")["id"]
    decision = {"action": "spam", "version": 1}
    assert moderator.post(f"/api/v1/comments/{two}/decisions", json=decision).status_code == 200
    group = moderator.get(f"/api/v1/comments/{one}/similar").json["items"]
    assert [item["id"] for item in group] == [one]


def test_near_duplicates_share_a_band_and_other_texts_do_not() -> None:
    one, two = SPAM.format(sum=9400), SPAM.format(sum=8100)
    assert set(bands(one)) & set(bands(two))
    assert similarity(shingles(one), shingles(two)) >= 0.7
    assert not set(bands(one)) & set(bands("The bridge is closed until the spring, they say."))
    assert bands("…") == ()


def test_search_finds_any_status_on_ones_own_sites(submit: Any, as_role: Any) -> None:
    published = submit(body="The Heronry is open.").json["id"]
    held = _held(submit, body="That heron {insult=0.9}")["id"]
    submit(site="other", page_url="https://other.example/a", body="A heron elsewhere.")
    reader = as_role("moderator", "demo")
    found = reader.get("/api/v1/comments?q=HERON").json["items"]
    assert [item["id"] for item in found] == [held, published]
    only = reader.get("/api/v1/comments?q=heron&status=published").json["items"]
    assert [item["id"] for item in only] == [published]
    assert reader.get("/api/v1/comments?site=other").status_code == 404


def test_search_goes_on_behind_its_cursor(submit: Any, moderator: Any) -> None:
    ids = [submit(body=f"Heron {place}").json["id"] for place in range(3)]
    first = moderator.get("/api/v1/comments?q=heron&limit=2").json
    rest = moderator.get(f"/api/v1/comments?q=heron&limit=2&cursor={first['next_cursor']}").json
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]


def test_a_percent_sign_is_looked_for_as_itself(submit: Any, moderator: Any) -> None:
    submit(body="Nothing special.")
    assert moderator.get("/api/v1/comments?q=%25").json["items"] == []


def test_reasons_have_a_default_and_an_admins_list(moderator: Any, admin: Any) -> None:
    assert moderator.get("/api/v1/sites/demo/reasons").json["reasons"][0]["label"]
    wanted = {"reasons": [{"label": "Rude", "text": "It is rude."}]}
    assert moderator.put("/api/v1/sites/demo/reasons", json=wanted).status_code == 403
    assert admin.put("/api/v1/sites/demo/reasons", json=wanted).json == wanted
    assert moderator.get("/api/v1/sites/demo/reasons").json == wanted


@pytest.mark.parametrize(
    "reasons",
    [
        [],
        [{"label": " ", "text": "x"}],
        [{"label": "Same", "text": "x"}, {"label": "same", "text": "y"}],
    ],
)
def test_a_bad_list_of_reasons_is_refused(admin: Any, reasons: Any) -> None:
    answer = admin.put("/api/v1/sites/demo/reasons", json={"reasons": reasons})
    assert answer.status_code == 422
    assert any(name.startswith("reasons") for name in answer.json["errors"])


def test_newer_counts_only_what_came_since(submit: Any, moderator: Any, clock: FakeClock) -> None:
    _held(submit)
    since = clock().isoformat().replace("+00:00", "Z")
    assert moderator.get(f"/api/v1/queue/newer?since={since}").json == {"count": 0}
    _held(submit, body="More {insult=0.9}")
    assert moderator.get(f"/api/v1/queue/newer?since={since}").json == {"count": 1}
    assert moderator.get("/api/v1/queue/newer?since=2026-11-24T10:00:00").status_code == 422


def test_the_queue_by_holder_and_escalation(submit: Any, as_role: Any) -> None:
    one, two = as_role("moderator", "demo"), as_role("moderator", "demo")
    ids = [_held(submit, body=f"Number {place} {{insult=0.9}}")["id"] for place in range(3)]
    one.post("/api/v1/queue/claims", json={"ids": [ids[0]]})
    two.post(f"/api/v1/comments/{ids[1]}/decisions", json={"action": "escalate", "version": 1})

    def listed(query: str) -> set[str]:
        return {item["id"] for item in one.get(f"/api/v1/queue?{query}").json["items"]}

    assert listed("holder=me") == {ids[0]}
    assert listed("holder=nobody") == {ids[1], ids[2]}
    assert listed("escalated=1") == {ids[1]}
