"""The receipt page for people, without any script."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def held(submit: Any) -> str:
    sent = submit(body="<b>Bold</b> {insult=0.9}", name="<script>x</script>")
    return f"/receipts/{sent.json['receipt']['token']}"


def test_page_tells_the_state_in_plain_words_and_escapes_all(client: Any, held: str) -> None:
    answer = client.get(held)
    assert answer.status_code == 200
    assert "Your comment is waiting for review" in answer.text
    assert "The program thinks it may insult a person." in answer.text
    assert "<script" not in answer.text
    assert "<b>Bold" not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_edit_goes_back_to_the_page(client: Any, held: str) -> None:
    answer = client.post(held, data={"action": "edit", "body": "Kinder words."})
    assert (answer.status_code, answer.headers["Location"]) == (303, held)
    assert "Kinder words." in client.get(held).text


def test_failed_edit_keeps_what_was_typed(client: Any, held: str, clock: Any) -> None:
    answer = client.post(held, data={"action": "edit", "body": " "})
    assert answer.status_code == 422
    assert "Please type your comment." in answer.text
    clock.move(hours=1)
    answer = client.post(held, data={"action": "edit", "body": "Late."})
    assert answer.status_code == 409
    assert "can no longer be changed" in answer.text


def test_withdraw_then_erase(client: Any, held: str) -> None:
    assert client.post(held, data={"action": "withdraw"}).status_code == 303
    assert "You withdrew your comment" in client.get(held).text
    assert client.post(held, data={"action": "erase"}).status_code == 303
    page = client.get(held).text
    assert "Your comment is erased" in page
    assert "Bold" not in page


def test_looking_changes_nothing_and_nonsense_is_refused(client: Any, held: str) -> None:
    assert client.get(held + "?action=erase").status_code == 200
    assert "waiting for review" in client.get(held).text
    assert client.post(held, data={"action": "boom"}).status_code == 422
    assert client.post(held, data=b"action=\xff").status_code == 400
    assert client.get("/receipts/nonsense").status_code == 404
