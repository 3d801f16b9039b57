"""``embed.js`` as it is served, its texts, and what it asks the API."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from moderation.domain.reasons import REASONS
from moderation.reader_texts import FOLDER, languages
from tests.conftest import PAGE

LIST = "/api/v1/sites/demo/comments"
MOST_BYTES = 15_000
SOURCES = Path("moderation/web/site/embed")


def test_script_is_small_and_every_page_may_load_it(client: Any) -> None:
    answer = client.get("/embed.js", headers={"Accept-Encoding": "gzip"})
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= MOST_BYTES
    plain = client.get("/embed.js")
    assert gzip.decompress(answer.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    for header, value in (
        ("Access-Control-Allow-Origin", "*"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
    ):
        assert plain.headers[header] == value
    again = client.get("/embed.js", headers={"If-None-Match": plain.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_script_has_no_inline_style_handler_or_eval(client: Any) -> None:
    """What a strict policy forbids is not in it; a browser test runs it under one."""
    script = client.get("/embed.js").get_data(as_text=True)
    assert not re.search(r"\beval\(|new Function|\.style\b|setAttribute\(\"(style|on)", script)
    assert len(re.findall("innerHTML", script)) == 1


def test_every_language_has_every_text(client: Any) -> None:
    assert set(languages()) >= {"en", "de", "fr", "es", "ar"}
    english = json.loads((FOLDER / "en.json").read_text("utf-8"))
    for code in languages():
        answer = client.get(f"/embed/words/{code}.json")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        texts = answer.json
        whole = json.loads((FOLDER / f"{code}.json").read_text("utf-8"))
        assert _shape(whole) == _shape(english), code
        # Other pages' texts are not the embed's, and take no reader's time.
        assert set(whole) - set(texts) == {"form_page", "receipt_page", "mail"}
        assert texts == {name: whole[name] for name in texts}
        assert texts["dir"] in ("ltr", "rtl")
        assert "other" in texts["comments"]
    assert client.get("/embed/words/xx.json").status_code == 404
    assert client.get("/embed/words/..%2f..%2fcli.json").status_code == 404


def test_every_reason_is_told_in_the_receipts_words() -> None:
    texts = json.loads((FOLDER / "en.json").read_text("utf-8"))["reasons"]
    assert {code: texts[code] for code in REASONS} == {
        code: wording.writer for code, wording in REASONS.items()
    }


def test_every_text_that_the_script_asks_for_is_there() -> None:
    english = json.loads((FOLDER / "en.json").read_text("utf-8"))
    code = "".join(path.read_text("utf-8") for path in SOURCES.glob("*.js"))
    asked = set(re.findall(r'say\("(\w+)"', code))
    assert asked - set(english) == set()


def _shape(texts: dict[str, Any]) -> dict[str, Any]:
    """Names of the texts, and in each the places that are filled in; plurals are a language's own."""
    shape: dict[str, Any] = {}
    for name, value in texts.items():
        if name == "comments":
            continue
        shape[name] = (
            _shape(value) if isinstance(value, dict) else sorted(re.findall(r"\{\w+\}", value))
        )
    return shape


def test_conversations_stay_together_across_parts(submit: Any, client: Any, moderator: Any) -> None:
    first = submit(body="first").json["id"]
    second = submit(body="second").json["id"]
    reply = submit(body="reply", parent_id=first).json["id"]
    deeper = submit(body="deeper", parent_id=reply).json["id"]
    late = submit(body="late", parent_id=first).json["id"]
    wanted = {
        "oldest": [
            (first, first),
            (reply, first),
            (deeper, first),
            (late, first),
            (second, second),
        ],
        "newest": [
            (second, second),
            (first, first),
            (reply, first),
            (deeper, first),
            (late, first),
        ],
    }
    for order, expected in wanted.items():
        for limit in (1, 2, 3, 100):
            assert _walk(client, order, limit) == expected
    # A reply stays in its conversation when what it answers is taken away.
    version = moderator.get(f"/api/v1/comments/{reply}").json["version"]
    decided = moderator.post(
        f"/api/v1/comments/{reply}/decisions", json={"action": "reject", "version": version}
    )
    assert decided.status_code == 200
    assert _walk(client, "oldest", 2)[1] == (deeper, first)


def _walk(client: Any, order: str, limit: int) -> list[tuple[str, str]]:
    seen: list[tuple[str, str]] = []
    cursor = ""
    while True:
        query = {"page_url": PAGE, "threaded": "1", "order": order, "limit": limit}
        part = client.get(LIST, query_string=query | ({"cursor": cursor} if cursor else {})).json
        assert len(part["items"]) <= limit
        assert (part["closed"], part["body_max"]) == (False, 10_000)
        seen += [(item["id"], item["root_id"]) for item in part["items"]]
        cursor = part["next_cursor"]
        if cursor is None:
            assert part["count"] == len(seen)
            return seen


def test_a_conversation_deeper_than_the_stack_is_shown(
    submit: Any, client: Any, runtime: Any
) -> None:
    root = submit(body="root").json["id"]
    _grow(runtime, root, 1500)
    part = client.get(LIST, query_string={"page_url": PAGE, "threaded": "1", "limit": 100}).json
    assert part["count"] == 1501
    assert {item["root_id"] for item in part["items"]} == {root}


def _grow(runtime: Any, root: str, depth: int) -> None:
    """Put copies of a comment below one another, as an import of an old site would."""
    from datetime import timedelta

    from models import Comment
    from moderation.domain.ids import new_id

    with runtime.store.write() as session:
        first = session.get(Comment, root)
        columns = {column.key: getattr(first, column.key) for column in Comment.__table__.columns}
        parent = root
        for place in range(depth):
            row_id = new_id()
            at = first.created_at + timedelta(seconds=place)
            own = {"id": row_id, "parent_id": parent, "receipt_key": row_id, "created_at": at}
            session.add(Comment(**{**columns, **own}))
            session.flush()
            parent = row_id


def test_cursor_of_the_other_list_is_refused(submit: Any, client: Any) -> None:
    for _ in range(3):
        submit()
    query = {"page_url": PAGE, "limit": 1}
    cursor = client.get(LIST, query_string=query).json["next_cursor"]
    answer = client.get(LIST, query_string={**query, "threaded": "1", "cursor": cursor})
    assert list(answer.json["errors"]) == ["cursor"]


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("https://news.example", True), ("https://other.example", False), ("null", False)],
)
def test_a_receipts_state_is_open_to_pages_of_its_own_site(
    submit: Any, client: Any, origin: str, allowed: bool
) -> None:
    token = submit(body="{insult=0.9}").json["receipt"]["token"]
    for path in (f"/api/v1/receipts/{token}", "/api/v1/receipts/unknown"):
        answer = client.get(path, headers={"Origin": origin})
        open_to = answer.headers.get("Access-Control-Allow-Origin")
        assert (open_to == origin) is (allowed and "unknown" not in path)
    gone = client.delete(f"/api/v1/receipts/{token}", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in gone.headers
