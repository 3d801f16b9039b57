"""The receipt page for people, without any script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from moderation.domain.statuses import ALL
from moderation.reader_texts import languages, words
from moderation.services.receipt_steps import KINDS


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
    assert "Please write something, at most 10000 characters." in answer.text
    clock.move(hours=1)
    answer = client.post(held, data={"action": "edit", "body": "Late."})
    assert answer.status_code == 409
    assert "The text can no longer be changed." in answer.text


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


def _steps(page: str) -> list[str]:
    inner = page.partition('<ol class="steps">')[2].partition("</ol>")[0]
    return [" ".join(re.sub(r"<time.*?</time>|<[^>]+>", " ", item).split())
            for item in inner.split("<li")[1:]]  # fmt: skip


def test_steps_tell_what_happened_and_why_and_nobodys_name(
    client: Any, submit: Any, moderator: Any
) -> None:
    sent = submit(body="{insult=0.9}").json
    url, page = f"/api/v1/comments/{sent['id']}", f"/receipts/{sent['receipt']['token']}"
    guess = "That is a program’s guess. People often publish what it holds."
    held = "Held for a person The program thinks it may insult a person."
    received = "Received"
    waits = "A moderator publishes or rejects it, and the reason appears here"
    assert _text(_steps(client.get(page).text)) == [received, f"{held} {guess}", waits]
    client.post(page, data={"action": "edit", "body": "You are wrong."})
    edited = (
        "You changed the text It waits for a person. The program thinks it may insult a person."
    )
    for action, more in (
        ("escalate", {"note": "A note for colleagues."}),
        ("reject", {"reason": "Off topic.", "note": "Between us."}),
    ):
        version = moderator.get(url).json["version"]
        decided = {"action": action, "version": version, **more}
        assert moderator.post(f"{url}/decisions", json=decided).status_code == 200
    client.post(page, data={"action": "appeal", "message": "It is on topic."})
    answer = client.get(page).text
    assert _text(_steps(answer)) == [
        received, held, edited, "Rejected by a moderator Off topic.",
        "You appealed You have appealed; another person will look at it where the site has one.",
        waits,
    ]  # fmt: skip
    assert answer.count('aria-current="step"') == 1
    for private in ("colleagues", "Between us", "token", "0.9"):
        assert private not in answer
    client.post(page, data={"action": "erase"})
    steps = _text(_steps(client.get(page).text))
    assert steps[-1] == "Erased"
    assert "insult" not in str(steps)


@pytest.mark.parametrize("body", ["{insult=0.9}", "Published at once."])
def test_decision_that_was_taken_back_is_not_told(
    client: Any, submit: Any, moderator: Any, body: str
) -> None:
    sent = submit(body=body).json
    url, page = f"/api/v1/comments/{sent['id']}", f"/receipts/{sent['receipt']['token']}"
    before = client.get(page).text
    decided = {"action": "reject", "version": moderator.get(url).json["version"]}
    slip = {**decided, "reason": "Meant for another.", "note": "Between us."}
    answer = moderator.post(f"{url}/decisions", json=slip)
    assert "Meant for another." in client.get(page).text
    assert moderator.post(f"/api/v1/decisions/{answer.json['id']}/undo").status_code == 200
    assert _steps(client.get(page).text) == _steps(before)
    receipt = client.get(f"/api/v1{page}").json
    stored = client.get(f"/api/v1{page}/export").json
    assert [step["action"] for step in stored["history"]][-2:] == ["reject", "undo"]
    for private in ("Meant for another.", "Between us."):
        assert private not in client.get(page).text + str(receipt) + str(stored)
    # What is decided after that is told.
    decided["version"] = moderator.get(url).json["version"]
    moderator.post(f"{url}/decisions", json={**decided, "reason": "Off topic."})
    steps = _text(_steps(client.get(page).text))
    assert [step for step in steps if "Rejected" in step] == ["Rejected by a moderator Off topic."]


def _text(steps: list[str]) -> list[str]:
    return [step.partition(">")[2].strip() for step in steps]


def test_page_speaks_the_readers_language(client: Any, held: str) -> None:
    german = client.get(held, headers={"Accept-Language": "xx, de-AT;q=0.9, en;q=0.1"}).text
    assert '<html lang="de" dir="ltr">' in german
    assert "Ihr Kommentar wartet auf die Durchsicht" in german
    assert "Das Programm" in german
    arabic = client.get(f"{held}?lang=ar", headers={"Accept-Language": "de"})
    assert '<html lang="ar" dir="rtl">' in arabic.text
    failed = client.post(f"{held}?lang=fr", data={"action": "edit", "body": ""})
    assert (failed.status_code, "10000 caractères au plus" in failed.text) == (422, True)
    done = client.post(f"{held}?lang=fr", data={"action": "withdraw"})
    assert done.headers["Location"] == f"{held}?lang=fr"


def test_every_step_has_words_in_every_language() -> None:
    for language in languages():
        texts = words(language)["receipt_page"]
        assert set(texts["step"]) == set(KINDS)
        assert set(texts["title"]) == set(texts["lead"]) == {*ALL} - {"spam"}
