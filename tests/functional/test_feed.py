"""Atom feeds of what everyone may read."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

ATOM = {"a": "http://www.w3.org/2005/Atom"}
FEED = "/sites/demo/feed.atom"
OTHER = "https://news.example/other"


def bodies(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    root = ElementTree.fromstring(answer.text)
    return [node.text or "" for node in root.findall("a:entry/a:content", ATOM)]


def test_feed_has_published_comments_only_newest_first(client: Any, submit: Any) -> None:
    submit(body="First.")
    submit(body="Held {insult=0.9}")
    submit(body="Second.", page_url=OTHER, page_title="Other news")
    answer = client.get(FEED)
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert bodies(answer) == ["<p>Second.</p>", "<p>First.</p>"]
    assert "ann@example.com" not in answer.text
    assert "Ann on Other news" in answer.text


def test_feed_of_one_page(client: Any, submit: Any) -> None:
    submit(body="First.")
    submit(body="Second.", page_url=OTHER)
    assert bodies(client.get(FEED, query_string={"page_url": OTHER})) == ["<p>Second.</p>"]
    unknown = client.get(FEED, query_string={"page_url": "https://news.example/none"})
    assert bodies(unknown) == []


def test_hostile_text_stays_text_and_the_document_well_formed(client: Any, submit: Any) -> None:
    sent = submit(name="]]><b>&", body="<script>alert(1)</script> \x01\x0b\ufffe fine")
    assert sent.json["status"] == "published"
    (body,) = bodies(client.get(FEED))
    assert "<script" not in body
    assert "&lt;script&gt;" in body
    assert body.endswith("fine</p>")
    assert not set("\x01\x0b\ufffe") & set(body)


def test_feed_that_has_not_changed_is_not_sent_again(client: Any, submit: Any) -> None:
    submit()
    tag = client.get(FEED).headers["ETag"]
    assert client.get(FEED, headers={"If-None-Match": tag}).status_code == 304
    submit()
    assert client.get(FEED, headers={"If-None-Match": tag}).status_code == 200


def test_foreign_pages_and_unknown_sites_are_refused(client: Any) -> None:
    for url in ("https://evil.example/", "x", "", "https://news.example/\x00"):
        assert client.get(FEED, query_string={"page_url": url}).status_code == 422
    assert client.get("/sites/nobody/feed.atom").status_code == 404
