"""A plain HTML form: no script, back to its page, nothing typed is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moderation import reader_texts
from tests.conftest import PAGE

URL = "/sites/demo/comments"
GOOD = {"name": "Ann", "email": "ann@example.com", "body": "Well said.", "page_url": PAGE}


@pytest.fixture
def send(client: Any, clock: Any) -> Any:
    def post(headers: Any = None, **fields: Any) -> Any:
        clock.move(seconds=1)
        sent = {name: value for name, value in {**GOOD, **fields}.items() if value is not ...}
        return client.post(URL, data=sent, headers=headers)

    return post


def test_comment_is_taken_and_the_reader_led_back_with_what_became_of_it(
    send: Any, client: Any, moderator: Any, scorer: Any
) -> None:
    shown = send(utm_source="x", plugin_field="y")
    assert shown.status_code == 303
    [item] = client.get("/api/v1" + URL, query_string={"page_url": PAGE}).json["items"]
    assert shown.headers["Location"] == f"{PAGE}#comment-{item['id']}"
    held = send(body="{insult=0.9}")
    assert (held.status_code, held.headers["Location"]) == (303, f"{PAGE}#comment-queued")
    scorer.down = "gone"
    assert send(body="Later.").headers["Location"] == f"{PAGE}#comment-pending"
    [waiting] = moderator.get("/api/v1/queue").json["items"]
    assert (waiting["body"], waiting["page_url"]) == ("{insult=0.9}", PAGE)


def test_receipt_is_where_a_form_asks_for_it(send: Any, client: Any) -> None:
    answer = send(then="receipt", body="{insult=0.9}")
    assert answer.status_code == 303
    path = answer.headers["Location"].removeprefix("https://comments.example")
    page = client.get(path)
    assert "Your comment is waiting for review" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_errors_stand_beside_the_fields_and_all_that_was_typed_is_there(
    send: Any, client: Any
) -> None:
    answer = send(name="", email="<nobody>", body='\n<b>"Bold"</b>', website="https://a.example",
                  page_title="A title")  # fmt: skip
    assert answer.status_code == 422
    page = answer.text
    for text in ("Please fill in your name.", "Please enter a valid email address",
                 "&lt;b&gt;&#34;Bold&#34;&lt;/b&gt;", 'value="&lt;nobody&gt;"',
                 'value="https://a.example"', f'name="page_url" value="{PAGE}"'):  # fmt: skip
        assert text in page
    assert "<b>" not in page
    assert "<script" not in page
    # A form's redirect is held against form-action, so the site's pages must stand in it.
    assert re.search(r"form-action 'self' [^;]*https://news\.example\b",
                     answer.headers["Content-Security-Policy"])  # fmt: skip
    # The form on that page, corrected, works.
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert hidden == {"page_url": PAGE, "page_title": "A title"}
    again = client.post(URL, data={**hidden, "name": "Ann", "email": "a@example.com", "body": "x"})
    assert again.status_code == 303


def test_conflicts_show_the_form_again_under_their_status(send: Any, admin: Any) -> None:
    send()
    duplicate = send()
    assert duplicate.status_code == 409
    assert "already said this here" in duplicate.text
    assert "Well said." in duplicate.text
    admin.patch("/api/v1/sites/demo", json={"flood_s": 60})
    flood = send(body="Another.")
    assert (flood.status_code, flood.headers["Retry-After"]) == (429, "58")
    reply = send(parent_id="nonsense", email="b@example.com")
    assert reply.status_code == 409


def test_form_shown_again_speaks_the_readers_language(send: Any, client: Any, admin: Any) -> None:
    german = {"Accept-Language": "xx, de-AT;q=0.9, en;q=0.1"}
    page = send(german, name="", email="x", website="x y").text
    assert '<html lang="de" dir="ltr">' in page
    for text in (
        "Ihr Kommentar ist noch nicht gesendet", "Bitte sehen Sie sich die Felder an.",
        "Bitte geben Sie Ihren Namen ein.",
        "Geben Sie eine E-Mail-Adresse wie name@example.com ein.",
        "Geben Sie eine Adresse ein, die mit https:// oder http:// beginnt.", "Kommentar abschicken",
        "Ihre E-Mail-Adresse wird nicht veröffentlicht.", "Zurück zur Seite",
    ):  # fmt: skip
        assert text in page
    assert "Please" not in page
    admin.patch("/api/v1/sites/demo", json={"body_max": 200})
    assert "Höchstens 200 Zeichen." in send(german, body="x" * 201).text
    assert "Bitte schreiben Sie Ihren Kommentar." in send(german, body="").text
    assert "für welche Seite" in send(german, page_url="").text
    send()
    assert "Das haben Sie hier schon geschrieben." in send(german).text
    # What is asked for goes before the browser's settings, as from the thread's page.
    arabic = client.post(f"{URL}?lang=ar", data={**GOOD, "name": ""}, headers=german).text
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "يرجى كتابة اسمك." in arabic
    thread = client.get("/sites/demo/thread", query_string={"page_url": PAGE, "lang": "fr"}).text
    assert f'action="{URL}?lang=fr"' in thread


@pytest.fixture
def dutch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Texts that an operator added to an older version."""
    (tmp_path / "en.json").write_bytes((reader_texts.FOLDER / "en.json").read_bytes())
    texts = {
        "post": "Plaatsen", "faults": {"name": "Vul je naam in."}, "comments": {"other": "{n} reacties"},
    }  # fmt: skip
    (tmp_path / "nl.json").write_text(json.dumps(texts))
    monkeypatch.setattr(reader_texts, "FOLDER", tmp_path)
    for kept in (reader_texts.words, reader_texts.languages):
        kept.cache_clear()
    yield
    for kept in (reader_texts.words, reader_texts.languages):
        kept.cache_clear()


@pytest.mark.usefixtures("dutch")
def test_language_that_lacks_texts_shows_them_in_english(send: Any, client: Any) -> None:
    dutch = {"Accept-Language": "nl"}
    answer = send(dutch, name="", email="x")
    assert answer.status_code == 422
    for text in ("Plaatsen", "Vul je naam in.", "Your comment is not sent yet", "name@example.com"):
        assert text in answer.text
    receipt = send(then="receipt").headers["Location"]
    assert client.get(receipt, headers=dutch).status_code == 200
    # A plural form that the language does not name is not English's.
    assert reader_texts.words("nl")["comments"] == {"other": "{n} reacties"}


def test_honeypot_is_answered_like_a_held_comment_and_rejected_on_record(
    send: Any, client: Any, admin: Any, scorer: Any
) -> None:
    scored_before = len(scorer.calls)
    answer = send(comment_hp="http://buy.example")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}#comment-queued")
    assert len(scorer.calls) == scored_before
    assert client.get("/api/v1" + URL, query_string={"page_url": PAGE}).json["items"] == []
    [found] = admin.get("/api/v1/comments?q=well said").json["items"]
    assert (found["status"], found["reasons"]) == ("rejected", ["honeypot"])
    assert send(comment_hp="", body="A person.").headers["Location"] != answer.headers["Location"]


def test_page_may_be_told_by_the_referer_but_only_where_it_is_the_page(send: Any) -> None:
    told = send({"Referer": PAGE + "?a=1&replytocom=7#respond"}, page_url=...)
    assert told.headers["Location"].startswith(f"{PAGE}?a=1#comment-")
    for headers in (
        {"Referer": "https://elsewhere.example/"},
        {"Referer": "https://news.example/", "Sec-Fetch-Site": "cross-site"},
        {},
    ):
        answer = send(headers, page_url=..., body="Whose?")
        assert answer.status_code == 422
        assert "does not say for which page" in answer.text


def test_only_a_form_for_a_site_that_exists_is_read(client: Any) -> None:
    assert client.post(URL, json=GOOD).status_code == 415
    assert (
        client.post(
            URL, data=b"name=\xff", content_type="application/x-www-form-urlencoded"
        ).status_code
        == 400
    )
    assert client.post("/sites/nowhere/comments", data=GOOD).status_code == 404
    assert client.get(URL).status_code == 405
    for address in ("https://evil.example/", "javascript:alert(1)", PAGE + "\nx"):
        answer = client.post(URL, data={**GOOD, "page_url": address})
        assert answer.status_code == 422
        assert 'href="javascript' not in answer.text
        assert "Back to the page" not in answer.text
