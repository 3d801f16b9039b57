"""docs/embedding.md says what the embed and the plain page really take."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from moderation.domain.web_addresses import page_url
from moderation.reader_texts import languages
from moderation.services.show_feed import MOST_ENTRIES
from moderation.web.site import thread_page
from moderation.web.site.embed import embed_script
from tests.conftest import OPERATOR

TEXT = Path("docs/embedding.md").read_text("utf-8")
SERVICE = "https://comments.example"


def _rows(pattern: str) -> set[str]:
    return set(re.findall(rf"^\| `({pattern})` \|", TEXT, re.MULTILINE))


def test_every_attribute_is_documented_and_no_other() -> None:
    script = embed_script()
    used = {f"data-{_dashed(name)}" for name in re.findall(r"\bdata\.(\w+)", script)}
    assert _rows(r"data-[\w-]+") == used
    counts = {f"data-{_dashed(name)}" for name in re.findall(r"\bnode\.dataset\.(\w+)", script)}
    assert counts == {"data-comment-count", "data-comment-count-as"}
    assert all(f" {name}" in TEXT for name in counts)


def test_every_custom_property_and_part_is_documented_and_no_other() -> None:
    script = embed_script()
    assert _rows(r"--comments-[\w-]+") == set(re.findall(r"var\((--comments-[\w-]+)", script))
    listed = re.search(r"the parts (.+?) can be styled", TEXT)
    assert listed is not None
    assert set(re.findall(r"`(\w+)`", listed[1])) == set(re.findall(r'part: "(\w+)"', script))


def test_every_language_is_documented() -> None:
    assert _rows(r"[a-z]{2,3}") == set(languages())


def test_every_parameter_of_the_plain_page_is_documented() -> None:
    taken = set(re.findall(r'"(\w+)"', inspect.getsource(thread_page.show).split("_check")[0]))
    wanted = {*thread_page._KEPT, "cursor", "reply_to", "fragment"}
    assert _rows(r"[a-z]{4,}(?:_[a-z]+)?") == wanted
    assert {"cursor", "reply_to"} <= taken


def test_every_address_in_it_answers(client: Any, runtime: Any) -> None:
    runtime.services.sites.create(OPERATOR, "gazette", "Gazette", ["https://news.example"])
    paths = set(re.findall(rf"{SERVICE}(/[^\s\"`),;]+)", TEXT))
    assert len(paths) >= 5
    for path in paths:
        answer = client.get(path)
        if path.endswith("/comments"):
            assert answer.status_code in (404, 405), path
        elif path.endswith("/thread"):
            assert list(answer.json["errors"]) == ["page_url"]
        else:
            assert answer.status_code == 200, path
    assert page_url("https://news.example/bridge", ["https://news.example"])
    assert f"newest {MOST_ENTRIES} published" in TEXT


def _dashed(name: str) -> str:
    return re.sub(r"([A-Z])", lambda letter: f"-{letter[1].lower()}", name)
