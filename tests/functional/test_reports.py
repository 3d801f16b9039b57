"""Readers report what is published; enough of them bring it back to a person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import PAGE


@pytest.fixture
def report(client: Any, clock: Any) -> Any:
    def send(sent: Any, reader: str = "198.51.100.1", site: str = "demo", **fields: Any) -> Any:
        clock.move(seconds=1)
        return client.post(
            f"/api/v1/sites/{site}/comments/{sent.json['id']}/reports",
            json={"reason": "abuse", **fields},
            environ_base={"REMOTE_ADDR": reader},
        )

    return send


def _shown(client: Any) -> int:
    url = "/api/v1/sites/demo/comments"
    return int(client.get(url, query_string={"page_url": PAGE}).json["count"])


def test_enough_readers_send_a_comment_to_the_queue_and_one_reader_counts_once(
    submit: Any, report: Any, client: Any, moderator: Any
) -> None:
    sent = submit()
    for reader in ("198.51.100.1", "198.51.100.1", "198.51.100.2", "198.51.100.2"):
        answer = report(sent, reader, note="It names my street.")
        assert (answer.status_code, answer.json) == (202, {"received": True})
    assert _shown(client) == 1
    report(sent, "198.51.100.3", reason="privacy")
    assert _shown(client) == 0
    [item] = moderator.get("/api/v1/queue?reason=reported").json["items"]
    assert (item["reasons"], item["report_count"]) == (["reported"], 3)
    detail = moderator.get(f"/api/v1/comments/{item['id']}").json
    assert [row["reason"] for row in detail["reports"]] == ["privacy", "abuse", "abuse"]
    assert detail["reports"][1]["note"] == "It names my street."
    found = {line["check"]: line for line in detail["trace"]}
    assert (found["reports"]["value"], found["reports"]["threshold"]) == (3, 3)
    assert found["toxicity"]["value"] == 0.01
    last = detail["history"][-1]
    assert (last["actor"], last["action"], last["to"]) == ("reader", "report", "queued")
    own = client.get(f"/api/v1/receipts/{sent.json['receipt']['token']}").json
    assert own["reasons"] == [
        {"code": "reported", "text": "Readers have asked for a second look at it."}
    ]


def test_readers_who_report_at_the_same_moment_are_all_counted(
    submit: Any, app: Any, moderator: Any
) -> None:
    sent = submit()
    url = f"/api/v1/sites/demo/comments/{sent.json['id']}/reports"

    def send(number: int) -> int:
        return app.test_client().post(
            url, json={"reason": "abuse"}, environ_base={"REMOTE_ADDR": f"198.51.100.{number % 4}"}
        ).status_code  # fmt: skip

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(8)))
    # Who comes after the third finds nothing published any more.
    assert answers <= {202, 404}
    item = moderator.get(f"/api/v1/comments/{sent.json['id']}").json
    assert item["status"] == "queued"
    assert item["report_count"] in (3, 4)


def test_reports_do_not_hide_what_a_person_approved_after_them(
    submit: Any, report: Any, client: Any, moderator: Any, admin: Any
) -> None:
    admin.patch("/api/v1/sites/demo", json={"report_limit": 2})
    sent = submit()
    for reader in ("198.51.100.1", "198.51.100.2"):
        report(sent, reader)
    url = f"/api/v1/comments/{sent.json['id']}/decisions"
    version = moderator.get("/api/v1/queue").json["items"][0]["version"]
    moderator.post(url, json={"action": "approve", "version": version})
    # The same two again, and one more: one new reader since the approval is not enough.
    for reader in ("198.51.100.1", "198.51.100.2", "198.51.100.3"):
        assert report(sent, reader).status_code == 202
    assert _shown(client) == 1
    report(sent, "198.51.100.4")
    assert _shown(client) == 0


def test_sites_own_server_speaks_for_many_readers(
    submit: Any, as_role: Any, client: Any, admin: Any
) -> None:
    admin.patch("/api/v1/sites/demo", json={"report_limit": 2})
    sent, other = submit(), as_role("site", "other")
    url = f"/api/v1/sites/demo/comments/{sent.json['id']}/reports"
    assert other.post(url, json={"reason": "spam"}).status_code == 403
    own = as_role("site", "demo")
    for _ in range(3):
        # The same report once more, as after a lost answer, is the same reader's.
        first = own.post(url, json={"reason": "spam"}, headers={"Idempotency-Key": "first"})
        assert first.status_code == 202
    assert _shown(client) == 1
    mixed = own.post(url, json={"reason": "abuse"}, headers={"Idempotency-Key": "first"})
    assert mixed.json["code"] == "idempotency_mismatch"
    assert own.post(url, json={"reason": "spam"}).status_code == 202
    assert _shown(client) == 0


def test_only_a_published_comment_of_the_site_can_be_reported(
    submit: Any, report: Any, client: Any
) -> None:
    shown, held = submit(), submit(body="{insult=0.9}")
    missing = client.post("/api/v1/sites/demo/comments/nonsense/reports", json={"reason": "x"})
    for answer in (report(held), report(shown, site="other"), report(shown, site="no"), missing):
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    for fields in ({"reason": " "}, {"reason": "x" * 101}, {"reason": 5}, {"note": "x" * 1001},
                   {"reason": "\u200b"}, {"who": "me"}):  # fmt: skip
        answer = report(shown, **fields)
        assert (answer.status_code, list(answer.json["errors"])) == (422, list(fields))


def test_reader_is_not_recognised_across_comments_nor_after_thirty_days(
    submit: Any, report: Any, runtime: Any, clock: Any
) -> None:
    import sqlalchemy as sa

    from models import CommentReport

    for _ in range(2):
        report(submit(), "198.51.100.9")
    with runtime.store.read() as session:
        before = set(session.scalars(sa.select(CommentReport.reporter_key)))
    clock.move(days=31)
    runtime.services.sweep()
    with runtime.store.read() as session:
        after = set(session.scalars(sa.select(CommentReport.reporter_key)))
    assert (len(before), len(after)) == (2, 2)
    assert not before & after
