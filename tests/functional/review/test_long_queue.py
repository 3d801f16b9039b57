"""A queue too long to be looked through at once, with the bounds set low."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from moderation.storage import queue


@pytest.fixture(autouse=True)
def _short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "STRETCH", 3)
    monkeypatch.setattr(queue, "RARE", 2)


def _held(
    submit: Any, count: int, body: str = "Number {} {{insult=0.9}}", **fields: str
) -> list[str]:
    return [
        submit(body=body.format(place), email=f"w{place}@example.com", **fields).json["id"]
        for place in range(count)
    ]


def _parts(caller: Any, query: str) -> Iterator[list[str]]:
    cursor, sent = "", 0
    while True:
        answer = caller.get(f"/api/v1/queue?{query}{cursor}").json
        yield [item["id"] for item in answer["items"]]
        sent += 1
        assert sent < 50, "the list has no end"
        if answer["next_cursor"] is None:
            return
        cursor = f"&cursor={answer['next_cursor']}"


@pytest.mark.parametrize("sort", ["priority", "score", "oldest"])
@pytest.mark.parametrize("query", ["q=heron", "label=insult&min_score=0.5"])
def test_what_is_looked_for_is_found_a_part_at_a_time(
    submit: Any, moderator: Any, query: str, sort: str
) -> None:
    _held(submit, 7, "Nothing of it {} {{obscene=0.9}}")
    wanted = _held(submit, 4, "A heron, number {} {{insult=0.8}}")
    parts = list(_parts(moderator, f"{query}&sort={sort}"))
    assert [comment_id for part in parts for comment_id in part] == wanted
    assert len(parts) > 1 or "label" in query or sort == "score"


@pytest.mark.parametrize("role", ["moderator", "admin"])
def test_a_common_reason_and_a_labels_scores_are_lists_in_order(
    submit: Any, as_role: Any, role: str
) -> None:
    _held(submit, 3, "Nothing of it {} {{obscene=0.9}} {{insult=0.1}}")
    scores = (0.9, 0.7, 0.95, 0.8, 0.85)
    ids = []
    for place, score in enumerate(scores):
        site, page = ("demo", "https://news.example/a") if place % 2 else ("other", "https://other.example/a")  # fmt: skip
        body = f"Number {place} {{insult={score}}}"
        ids.append(submit(site=site, page_url=page, body=body).json["id"])
    by_score = [ids[place] for place in (2, 0, 4, 3, 1)]
    reader = as_role("moderator", "demo", "other") if role == "moderator" else as_role("admin")
    for sort, expected in (
        ("priority", by_score),
        ("score", by_score),
        ("oldest", ids),
        ("newest", ids[::-1]),
    ):
        parts = _parts(reader, f"reason=insult&sort={sort}&limit=2")
        assert [x for part in parts for x in part] == expected
    parts = _parts(reader, "sort=score&label=insult&min_score=0.05&max_score=0.9&limit=2")
    listed = [x for part in parts for x in part]
    assert (listed[:4], len(listed)) == (by_score[1:], 7)
    wanted = {"reason": "insult", "sort": "newest", "limit": 2}
    for expected in (ids[:2:-1], ids[2:0:-1]):
        claimed = reader.post("/api/v1/queue/claims", json=wanted).json["items"]
        assert [item["id"] for item in claimed] == expected
    wanted = {"label": "insult", "sort": "score", "limit": 3}
    claimed = reader.post("/api/v1/queue/claims", json=wanted).json["items"]
    assert claimed[0]["id"] == ids[0]
    assert len(claimed) == 3


def test_a_labels_score_leaves_the_list_with_its_comment_and_comes_back_with_it(
    submit: Any, moderator: Any
) -> None:
    (only,) = _held(submit, 1)
    path = f"/api/v1/comments/{only}/decisions"
    made = moderator.post(path, json={"action": "approve", "version": 1}).json
    assert list(_parts(moderator, "sort=score&label=insult")) == [[]]
    moderator.post(f"/api/v1/decisions/{made['id']}/undo")
    assert list(_parts(moderator, "sort=score&label=insult")) == [[only]]


def test_a_rare_reason_is_found_at_once_wherever_it_stands(submit: Any, moderator: Any) -> None:
    _held(submit, 7)
    links = "See http://a.example http://b.example http://c.example"
    (only,) = _held(submit, 1, links)
    for sort in ("priority", "oldest", "newest", "score"):
        assert list(_parts(moderator, f"reason=links&sort={sort}")) == [[only]]


def test_a_reason_leaves_the_list_with_its_comment_and_comes_back_with_it(
    submit: Any, moderator: Any
) -> None:
    (only,) = _held(submit, 1)
    decision = {"action": "reject", "version": 1}
    made = moderator.post(f"/api/v1/comments/{only}/decisions", json=decision).json
    assert list(_parts(moderator, "reason=insult")) == [[]]
    moderator.post(f"/api/v1/decisions/{made['id']}/undo")
    assert list(_parts(moderator, "reason=insult")) == [[only]]


def test_a_claim_looks_through_the_whole_queue_for_a_filter(submit: Any, moderator: Any) -> None:
    _held(submit, 8)
    wanted = _held(submit, 2, "A heron, number {} {{insult=0.7}}")
    claimed = moderator.post("/api/v1/queue/claims", json={"q": "heron", "limit": 5}).json
    assert [item["id"] for item in claimed["items"]] == wanted
    again = moderator.post("/api/v1/queue/claims", json={"q": "heron", "limit": 5}).json
    assert again["items"] == []


def test_several_sites_are_one_list_in_order(submit: Any, as_role: Any) -> None:
    scores = (0.9, 0.7, 0.95, 0.8, 0.85, 0.75)
    ids = {}
    for place, score in enumerate(scores):
        site, page = ("demo", "https://news.example/a") if place % 2 else ("other", "https://other.example/a")  # fmt: skip
        sent = submit(site=site, page_url=page, body=f"Number {place} {{insult={score}}}")
        ids[score] = sent.json["id"]
    both = as_role("moderator", "demo", "other")
    ordered = [ids[score] for score in sorted(scores, reverse=True)]
    assert [x for part in _parts(both, "limit=2") for x in part] == ordered
    claimed = both.post("/api/v1/queue/claims", json={"limit": 3}).json["items"]
    assert [item["id"] for item in claimed] == ordered[:3]
    newest = [comment_id for part in _parts(both, "sort=newest&limit=4") for comment_id in part]
    assert newest == list(ids.values())[::-1]
