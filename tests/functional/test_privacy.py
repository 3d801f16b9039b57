"""Email and address reach that site's moderators and nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

SECRETS = ("ann.private@example.com", "203.0.113.77", "a very private sentence", "Ann Private")


@pytest.fixture
def sent(client: Any, clock: Any) -> Any:
    clock.move(seconds=1)
    answer = client.post(
        "/api/v1/sites/demo/comments?utm=ann.private@example.com",
        json={
            "name": "Ann Private",
            "email": "ann.private@example.com",
            "body": "{insult=0.9} a very private sentence",
            "page_url": "https://news.example/?who=ann.private@example.com",
        },
        environ_base={"REMOTE_ADDR": "203.0.113.77"},
    )
    assert answer.status_code == 201
    return answer.json


def test_log_lines_hold_the_route_and_nothing_private(
    capsys: pytest.CaptureFixture[str], client: Any, sent: Any, moderator: Any
) -> None:
    token = sent["receipt"]["token"]
    client.get(f"/api/v1/receipts/{token}")
    client.get("/api/v1/receipts/nonsense?token=" + token)
    moderator.get("/api/v1/queue", query_string={"q": "ann.private@example.com"})
    client.post("/api/v1/session", json={"email": SECRETS[0], "password": "wrong password"})
    output = capsys.readouterr()
    logged = output.err + output.out
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert {"/api/v1/receipts/<token>", "/api/v1/queue"} <= {line.get("route") for line in lines}
    for secret in (*SECRETS, token, "ann.private"):
        assert secret not in logged


def test_unexpected_failure_tells_the_client_and_the_log_nothing_private(
    capsys: pytest.CaptureFixture[str], client: Any, sent: Any, runtime: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def burst(*_: Any, **__: Any) -> None:
        raise RuntimeError(SECRETS[2], SECRETS[0])

    monkeypatch.setattr(type(runtime.services.show_comments), "counts", burst)
    client.application.testing = False
    answer = client.get(
        "/api/v1/sites/demo/counts", query_string={"page_url": "https://news.example/"}
    )
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    output = capsys.readouterr()
    for secret in SECRETS:
        assert secret not in answer.get_data(as_text=True) + output.err + output.out


def test_network_is_cut_and_forgotten_after_thirty_days(
    sent: Any, moderator: Any, runtime: Any, clock: Any
) -> None:
    url = f"/api/v1/comments/{sent['id']}"
    assert moderator.get(url).json["network"] == "203.0.113.0/24"
    clock.move(days=29)
    runtime.services.sweep()
    assert moderator.get(url).json["network"] == "203.0.113.0/24"
    clock.move(days=1)
    runtime.services.sweep()
    assert moderator.get(url).json["network"] is None


def test_receipt_token_is_stored_as_a_hash_only(sent: Any, runtime: Any) -> None:
    token = sent["receipt"]["token"]
    assert len(token) >= 43
    with runtime.store.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        stored = "".join(
            str(connection.execute(sa.text(f"SELECT * FROM {name}")).all()) for name in names
        )
    assert sent["id"] in stored
    assert token not in stored


def test_error_pages_do_not_repeat_what_was_sent(client: Any) -> None:
    for path in ("/api/v1/ann.private@example.com", "/ann.private@example.com"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert "ann.private" not in answer.get_data(as_text=True)
