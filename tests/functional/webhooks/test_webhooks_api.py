"""What an admin can do with a site's webhooks over the API."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from standardwebhooks import Webhook, WebhookVerificationError

from moderation.domain.webhooks import EVENTS
from tests.functional.webhooks.conftest import HOOKS


def test_secret_is_shown_once_and_lies_nowhere(admin: Any, runtime: Any, hook: Any) -> None:
    assert hook["secret"].startswith("whsec_")
    assert (hook["events"], hook["active"]) == (list(EVENTS), True)
    one = admin.get(f"{HOOKS}/{hook['id']}").json
    listed = admin.get(HOOKS).json
    assert listed == {"items": [one], "next_cursor": None}
    assert one == {name: value for name, value in hook.items() if name != "secret"}
    with runtime.store.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        stored = "".join(
            str(connection.execute(sa.text(f"SELECT * FROM {name}")).all()) for name in tables
        )
    assert hook["url"] in stored
    assert hook["secret"].removeprefix("whsec_") not in stored


def test_same_key_makes_one_webhook_and_shows_its_secret_again(admin: Any) -> None:
    sent = {"url": "https://hooks.example/a"}
    first, again = (
        admin.post(HOOKS, json=sent, headers={"Idempotency-Key": "k"}) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert len(admin.get(HOOKS).json["items"]) == 1


def test_rotated_secret_signs_beside_the_old_one_for_a_while(
    submit: Any, admin: Any, runtime: Any, receiver: Any, hook: Any, clock: Any
) -> None:
    rotated = admin.post(f"{HOOKS}/{hook['id']}/rotate", json={"overlap_s": 60}).json
    assert rotated["secret"] != hook["secret"]
    submit()
    runtime.deliveries.once()
    assert receiver.events(hook["secret"]) == receiver.events(rotated["secret"])
    clock.move(seconds=60)
    submit()
    runtime.deliveries.once()
    _, headers, body = receiver.requests[-1]
    assert Webhook(rotated["secret"]).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(hook["secret"]).verify(body, headers)


def test_paused_webhook_keeps_what_waits_and_removed_one_does_not(
    submit: Any, admin: Any, runtime: Any, receiver: Any, hook: Any
) -> None:
    url = f"{HOOKS}/{hook['id']}"
    paused = admin.patch(url, json={"active": False}).json
    assert (paused["active"], paused["paused_because"]) == (False, "admin")
    assert admin.post(f"{url}/test").json["code"] == "webhook_paused"
    submit()
    runtime.deliveries.once()
    assert receiver.requests == []
    resumed = admin.patch(url, json={"active": True, "events": ["comment.spam"]}).json
    assert (resumed["waiting"], resumed["events"]) == (1, ["comment.spam"])
    assert runtime.deliveries.once().delivered == 1
    assert admin.delete(url).status_code == 204
    for method, path in (("get", url), ("delete", url), ("get", f"{url}/deliveries")):
        assert getattr(admin, method)(path).status_code == 404


def test_test_event_and_redelivery_by_hand(
    submit: Any, admin: Any, runtime: Any, receiver: Any, hook: Any
) -> None:
    url = f"{HOOKS}/{hook['id']}"
    test = admin.post(f"{url}/test")
    assert (test.status_code, test.json["state"]) == (202, "waiting")
    receiver.answers.append(500)
    runtime.deliveries.once()
    submit()
    runtime.deliveries.once()
    listed = admin.get(f"{url}/deliveries").json["items"]
    assert [(one["type"], one["state"], one["last_status"]) for one in listed] == [
        ("comment.published", "delivered", 200),
        ("webhook.test", "waiting", 500),
    ]
    assert listed[1]["next_try_at"] > listed[1]["last_try_at"]
    for one in listed:
        assert admin.post(f"{url}/deliveries/{one['id']}/redeliver").status_code == 202
    assert runtime.deliveries.once().delivered == 2
    told = [event["type"] for event in receiver.events(hook["secret"])]
    assert sorted(told) == ["comment.published"] * 2 + ["webhook.test"] * 2
    assert len(set(receiver.ids())) == 2
    delivered = admin.get(f"{url}/deliveries?state=delivered&limit=1").json
    rest = admin.get(f"{url}/deliveries?limit=1&cursor={delivered['next_cursor']}").json
    assert [one["id"] for one in delivered["items"] + rest["items"]] == [
        one["id"] for one in listed
    ]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "url"),
        ({"url": "ftp://hooks.example/"}, "url"),
        ({"url": "https://me:pw@hooks.example/"}, "url"),
        ({"url": "https://hooks.example/ä"}, "url"),
        ({"url": "https://hooks.example/\r\nX: y"}, "url"),
        ({"url": "https://hooks.example/" + "a" * 2000}, "url"),
        ({"url": "https://hooks.example/", "events": []}, "events"),
        ({"url": "https://hooks.example/", "events": ["comment.read"]}, "events"),
        ({"url": "https://hooks.example/", "events": [["a"]]}, "events.0"),
        ({"url": "https://hooks.example/", "secret": "mine"}, "secret"),
    ],
)
def test_bad_input_names_the_field(admin: Any, sent: Any, field: str) -> None:
    answer = admin.post(HOOKS, json=sent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_a_site_has_at_most_twenty_and_another_sites_are_not_found(
    admin: Any, add_hook: Any
) -> None:
    made = [add_hook(f"https://hooks.example/{place}")["id"] for place in range(20)]
    refused = admin.post(HOOKS, json={"url": "https://hooks.example/more"})
    assert (refused.status_code, refused.json["code"]) == (409, "webhook_limit")
    part = admin.get(f"{HOOKS}?limit=15").json
    rest = admin.get(f"{HOOKS}?cursor={part['next_cursor']}").json
    assert [one["id"] for one in part["items"] + rest["items"]] == made
    for path in (f"sites/other/webhooks/{made[0]}", f"sites/none/webhooks/{made[0]}"):
        assert admin.get(f"/api/v1/{path}").status_code == 404


def test_writer_learns_that_the_sites_programs_were_told(
    submit: Any, client: Any, runtime: Any, hook: Any
) -> None:
    sent = submit().json
    runtime.deliveries.once()
    stored = client.get(f"/api/v1/receipts/{sent['receipt']['token']}/export").json["webhooks"]
    assert [(one["type"], one["state"]) for one in stored] == [("comment.published", "delivered")]
    assert set(stored[0]) == {"type", "created_at", "state", "delivered_at"}
