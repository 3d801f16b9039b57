"""Events reach a real receiver at least once, signed, and no receiver holds up another."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook, WebhookVerificationError

from models import WebhookDelivery, WebhookEndpoint
from moderation.domain.webhooks import RETRIES
from moderation.outbound.post import WebhookPost
from moderation.services.deliver_webhooks import FAILING_FOR, DeliverWebhooks
from moderation.services.webhook_secrets import WebhookSecrets
from tests.functional.webhooks.conftest import HOOKS
from tests.functional.webhooks.receiver import receiving


def _rows(runtime: Any) -> list[WebhookDelivery]:
    with runtime.store.read() as session:
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def _decide(moderator: Any, comment_id: str, action: str, version: int) -> Any:
    answer = moderator.post(
        f"/api/v1/comments/{comment_id}/decisions", json={"action": action, "version": version}
    )
    assert answer.status_code == 200
    return answer


def test_every_status_is_told_as_it_allows_and_verifies_as_a_receiver_would(
    submit: Any, moderator: Any, client: Any, runtime: Any, receiver: Any, hook: Any
) -> None:
    held = submit(body="You are an idiot. {insult=0.9}", website="https://ann.example").json
    url = f"/api/v1/receipts/{held['receipt']['token']}"
    runtime.deliveries.once()
    for version, action in enumerate(("approve", "reject", "approve", "spam"), 1):
        _decide(moderator, held["id"], action, version)
        runtime.deliveries.once()
    client.delete(url)
    runtime.deliveries.once()
    client.delete(f"{url}?erase=1")
    runtime.deliveries.once()
    told = receiver.events(hook["secret"])
    assert [event["type"] for event in told] == [
        f"comment.{status}"
        for status in (
            "queued", "published", "rejected", "published", "spam", "withdrawn", "erased",
        )
    ]  # fmt: skip
    assert [event["data"]["version"] for event in told] == [1, 2, 3, 4, 5, 6, 7]
    assert told[0]["data"]["reasons"] == ["insult"]
    for event in told:
        data = event["data"]
        assert datetime.fromisoformat(event["timestamp"]).tzinfo
        assert (data["id"], data["site"]) == (held["id"], "demo")
        assert data["status"] == event["type"].removeprefix("comment.")
        public = data["status"] == "published"
        assert ("body" in data, "author" in data) == (public, public)
    assert told[1]["data"]["author"] == {"name": "Ann", "website": "https://ann.example"}
    sent = b"".join(body for _, _, body in receiver.requests)
    assert b"ann@example.com" not in sent
    assert sent.count(b"You are an idiot.") == 2
    assert len(set(receiver.ids())) == 7
    path, headers, body = receiver.requests[0]
    assert (path, headers["content-type"]) == ("/hook?key=1", "application/json")
    with pytest.raises(WebhookVerificationError):
        Webhook(hook["secret"]).verify(body + b" ", headers)


def test_events_are_told_only_to_those_who_want_them_and_edits_of_shown_texts_are(
    submit: Any, client: Any, runtime: Any, receiver: Any, add_hook: Any
) -> None:
    hook = add_hook(receiver.url, events=["comment.published"])
    submit(body="{insult=0.9}")
    published = submit(body="The first text.").json
    client.patch(f"/api/v1/receipts/{published['receipt']['token']}", json={"body": "The second."})
    submit(site="other", page_url="https://other.example/")
    runtime.deliveries.once()
    told = [event["data"] for event in receiver.events(hook["secret"])]
    assert [data["body"] for data in told] == ["The first text.", "The second."]
    assert told[1]["edited_at"] is not None


def test_failed_try_comes_again_on_schedule_with_the_same_id_and_a_fresh_signature(
    submit: Any, runtime: Any, receiver: Any, hook: Any, clock: Any
) -> None:
    submit()
    started = clock.now
    receiver.answers.extend([500] * len(RETRIES))
    waits = []
    for _ in RETRIES:
        assert runtime.deliveries.once().failed == 1
        due_at = _rows(runtime)[0].due_at
        clock.now = due_at - timedelta(milliseconds=1)
        assert runtime.deliveries.once().failed == 0, "it came before its time"
        waits.append(due_at - started)
        clock.now = started = due_at
    for wait, wanted in zip(waits, RETRIES, strict=True):
        assert wanted <= wait <= wanted * 1.2
    assert runtime.deliveries.once().delivered == 1
    assert len(set(receiver.ids())) == 1
    assert len(receiver.ids()) == 1 + len(RETRIES)
    stamps = [headers["webhook-timestamp"] for _, headers, _ in receiver.requests]
    assert len(set(stamps)) == len(stamps)
    assert len({body for _, _, body in receiver.requests}) == 1
    row = _rows(runtime)[0]
    assert (row.state, row.attempts, row.last_status) == ("delivered", 10, 200)


def test_endpoint_that_fails_for_days_is_paused_and_keeps_what_waits(
    submit: Any, admin: Any, runtime: Any, receiver: Any, hook: Any, clock: Any
) -> None:
    submit()
    receiver.answers.extend([503] * (1 + len(RETRIES)))
    for _ in range(1 + len(RETRIES)):
        runtime.deliveries.once()
        clock.now = max(clock.now, _rows(runtime)[0].due_at)
    assert sum(RETRIES, timedelta()) > FAILING_FOR
    view = admin.get(f"{HOOKS}/{hook['id']}").json
    assert (view["active"], view["paused_because"], view["failures"]) == (False, "failing", 10)
    assert _rows(runtime)[0].state == "failed"
    assert runtime.services.webhooks.troubled() == {"demo": 1}
    submit()
    assert runtime.deliveries.once().failed == 0
    assert admin.get(f"{HOOKS}/{hook['id']}").json["waiting"] == 1
    admin.patch(f"{HOOKS}/{hook['id']}", json={"active": True})
    assert runtime.deliveries.once().delivered == 1
    view = admin.get(f"{HOOKS}/{hook['id']}").json
    assert (view["active"], view["failing_since"], view["waiting"]) == (True, None, 0)
    assert runtime.services.webhooks.troubled() == {}


def test_gone_ends_it(submit: Any, admin: Any, runtime: Any, receiver: Any, hook: Any) -> None:
    submit()
    submit()
    receiver.answers.append(410)
    runtime.deliveries.once()
    submit()
    runtime.deliveries.once()
    assert len(receiver.requests) == 1
    view = admin.get(f"{HOOKS}/{hook['id']}").json
    assert (view["active"], view["paused_because"], view["waiting"]) == (False, "gone", 0)
    assert [row.state for row in _rows(runtime)] == ["failed", "failed"]


def test_redirect_is_not_followed(submit: Any, runtime: Any, receiver: Any, hook: Any) -> None:
    submit()
    receiver.answers.append((302, {"Location": receiver.url}))
    assert runtime.deliveries.once().failed == 1
    assert len(receiver.requests) == 1
    assert _rows(runtime)[0].last_error == "http_302"


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_for_the_event_and_for_others(
    submit: Any, runtime: Any, receiver: Any, hook: Any, clock: Any, status: int
) -> None:
    submit()
    receiver.answers.append((status, {"Retry-After": "120"}))
    runtime.deliveries.once()
    submit()
    clock.move(seconds=117)
    runtime.deliveries.once()
    assert len(receiver.requests) == 1
    clock.move(seconds=3)
    assert runtime.deliveries.once().delivered == 2


def test_receiver_that_hangs_holds_up_nobody_else(
    submit: Any, runtime: Any, receiver: Any, hook: Any, add_hook: Any
) -> None:
    receiver.answers.append(0)
    with receiving() as other:
        secret = add_hook(other.url)["secret"]
        runtime.deliveries.start()
        submit()
        _wait(lambda: len(receiver.requests) == 1)
        submit()
        _wait(lambda: len(other.requests) == 2)
        assert len({event["data"]["id"] for event in other.events(secret)}) == 2
        assert len(receiver.requests) == 1
        receiver.released.set()
        # It hangs up, unless the time for its answer was over before.
        ended = {"connection_failed", "timed_out"}
        _wait(lambda: ended & {row.last_error for row in _rows(runtime)})


def test_answer_that_does_not_come_is_a_failed_try(receiver: Any) -> None:
    receiver.answers.append(0)
    post = WebhookPost(allow_private=True, timeout_s=0.3)
    assert post(receiver.url, b"{}", {}).error == "timed_out"


def test_answer_that_drips_does_not_get_more_time() -> None:
    """Each byte comes in time; all of them together would take for ever."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        # Where the time is over before there is a connection, none comes.
        server.settimeout(20)

        def drip() -> None:
            with contextlib.suppress(OSError), server.accept()[0] as connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not ended.wait(0.05):
                    connection.sendall(b"a")

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        reply = WebhookPost(allow_private=True, timeout_s=0.4)(url, b"{}", {})
        ended.set()
        thread.join()
    assert (reply.status, reply.error) == (None, "timed_out")


def test_two_deliverers_at_once_send_an_event_once(
    submit: Any, runtime: Any, receiver: Any, hook: Any, clock: Any
) -> None:
    ids = {submit().json["id"] for _ in range(10)}
    secrets = WebhookSecrets(runtime.secret_key)
    deliverers = [
        DeliverWebhooks(runtime.store, clock, WebhookPost(allow_private=True), secrets)
        for _ in range(4)
    ]
    barrier = threading.Barrier(len(deliverers))
    turns = []

    def deliver(one: DeliverWebhooks) -> None:
        barrier.wait()
        turns.append(one(hook["id"]))

    threads = [threading.Thread(target=deliver, args=(one,)) for one in deliverers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(turn.delivered for turn in turns) == 10
    assert {event["data"]["id"] for event in receiver.events(hook["secret"])} == ids
    assert len(receiver.requests) == 10


def test_deliverer_that_died_loses_its_lease(
    submit: Any, runtime: Any, receiver: Any, hook: Any, clock: Any
) -> None:
    submit()
    with runtime.store.write() as session:
        session.get_one(WebhookEndpoint, hook["id"]).lease_until = clock.now + timedelta(seconds=60)
    assert runtime.deliveries.once().delivered == 0
    clock.move(seconds=61)
    assert runtime.deliveries.once().delivered == 1


def test_event_stands_or_falls_with_the_status(
    submit: Any, moderator: Any, runtime: Any, hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = submit(body="{insult=0.9}").json["id"]
    before = len(_rows(runtime))
    stale = moderator.post(
        f"/api/v1/comments/{held}/decisions", json={"action": "approve", "version": 9}
    )
    assert stale.status_code == 409
    assert len(_rows(runtime)) == before

    def burst(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("moderation.services.decide_comment.decision_view", burst)
    moderator.client.application.testing = False
    failed = moderator.post(
        f"/api/v1/comments/{held}/decisions", json={"action": "approve", "version": 1}
    )
    assert failed.status_code == 500
    assert len(_rows(runtime)) == before
    monkeypatch.undo()
    _decide(moderator, held, "approve", 1)
    assert [row.type for row in _rows(runtime)[before:]] == ["comment.published"]


def test_what_an_erased_comment_left_undelivered_is_dropped_and_copies_go(
    submit: Any, client: Any, admin: Any, runtime: Any, receiver: Any, hook: Any
) -> None:
    delivered = submit(body="Words of the first.").json
    runtime.deliveries.once()
    waiting = submit(body="Words of the second.").json
    for sent in (delivered, waiting):
        client.delete(f"/api/v1/receipts/{sent['receipt']['token']}?erase=1")
    assert "Words of" not in str([row.body for row in _rows(runtime)])
    runtime.deliveries.once()
    told = [(event["type"], event["data"]["id"]) for event in receiver.events(hook["secret"])]
    assert told == [
        ("comment.published", delivered["id"]),
        ("comment.erased", delivered["id"]),
        ("comment.erased", waiting["id"]),
    ]
    assert set(receiver.events(hook["secret"])[1]["data"]) == {
        "id", "site", "status", "version", "page_url", "parent_id", "created_at",
    }  # fmt: skip
    first = admin.get(f"{HOOKS}/{hook['id']}/deliveries").json["items"][-1]
    again = admin.post(f"{HOOKS}/{hook['id']}/deliveries/{first['id']}/redeliver")
    assert (again.status_code, again.json["code"]) == (409, "erased")


def test_events_lose_the_text_that_is_not_kept_and_still_tell_what_became_of_it(
    submit: Any, admin: Any, moderator: Any, runtime: Any, receiver: Any, hook: Any, clock: Any
) -> None:
    admin.patch("/api/v1/sites/demo", json={"rejected_text_days": 2})
    delivered = submit(body="Words of the first.").json
    runtime.deliveries.once()
    receiver.answers.extend([500] * 3)
    waiting = submit(body="Words of the second.").json
    for sent in (delivered, waiting):
        _decide(moderator, sent["id"], "reject", 1)
    assert runtime.deliveries.once().failed
    assert "Words of the first." in str([row.body for row in _rows(runtime)])
    clock.move(days=2.1)
    runtime.services.sweep()
    left = str([row.body for row in _rows(runtime)])
    assert "Words of" not in left
    assert "Ann" not in left
    before = len(receiver.requests)
    while runtime.deliveries.once().delivered:
        pass
    told = [json.loads(body) for _, _, body in receiver.requests[before:]]
    assert {(event["type"], event["data"]["id"]) for event in told} == {
        ("comment.rejected", delivered["id"]),
        ("comment.rejected", waiting["id"]),
    }
    url = f"{HOOKS}/{hook['id']}/deliveries"
    first = admin.get(url).json["items"][-1]
    assert first["type"] == "comment.published"
    again = admin.post(f"{url}/{first['id']}/redeliver")
    assert (again.status_code, again.json["code"]) == (409, "text_removed")
    assert again.json["detail"] == "This event held the comment's text, which is no longer kept."


def test_events_are_forgotten_after_thirty_days(
    submit: Any, runtime: Any, hook: Any, clock: Any
) -> None:
    submit()
    clock.move(days=30)
    runtime.services.sweep()
    assert _rows(runtime) == []


def test_started_service_delivers_by_itself(
    submit: Any, runtime: Any, receiver: Any, hook: Any
) -> None:
    runtime.deliveries.start()
    submit()
    _wait(lambda: receiver.requests)
    assert receiver.events(hook["secret"])[0]["type"] == "comment.published"


def _wait(condition: Callable[[], Any]) -> None:
    pause = threading.Event()
    for _ in range(600):
        if condition():
            return
        pause.wait(0.05)
    raise AssertionError("it did not come about in 30 seconds")
