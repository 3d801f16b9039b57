"""The thread as plain HTML, for an iframe or a server-side include."""

from __future__ import annotations

import re
from typing import Any

from tests.conftest import PAGE

THREAD = "/sites/demo/thread"


def page(client: Any, **query: str) -> str:
    answer = client.get(THREAD, query_string={"page_url": PAGE, **query})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_published_comments_are_shown_and_nothing_else(client: Any, submit: Any) -> None:
    first = submit(body="*First* <b>x</b>", name="<i>Ann</i>", page_title="The bridge").json["id"]
    submit(body="Second.", parent_id=first)
    submit(body="Held {insult=0.9}")
    html = page(client)
    assert "<em>First</em> &lt;b&gt;x&lt;/b&gt;" in html
    assert "&lt;i&gt;Ann&lt;/i&gt;" in html
    assert "Held" not in html
    assert "ann@example.com" not in html
    assert "Comments (2)" in html
    assert re.search(rf'id="comment-{first}".*<ol class="replies">.*Second\.', html, re.DOTALL)


def test_only_the_sites_own_pages_may_frame_it(client: Any) -> None:
    answer = client.get(THREAD, query_string={"page_url": PAGE})
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://news.example https://www.news.example:8443" in policy
    assert "X-Frame-Options" not in answer.headers
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


def test_form_names_what_the_service_takes(client: Any, submit: Any) -> None:
    parent = submit(name="Ruth", page_title="The bridge").json["id"]
    html = page(client, reply_to=parent)
    assert "Leave a Reply to \u2068Ruth\u2069" in html
    assert 'method="post" action="/sites/demo/comments?lang=en"' in html
    fields = set(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', html))
    assert fields == {
        "name", "email", "website", "body", "page_url", "page_title", "parent_id", "then",
        "comment_hp",
    }  # fmt: skip
    assert f'name="parent_id" value="{parent}"' in html
    assert "parent_id" not in page(client)
    assert "Leave a Reply<" in page(client, reply_to="01a20bc8-2fc4-721c-8766-7e284e196d14")


def test_parts_follow_each_other_without_gap(client: Any, submit: Any, runtime: Any) -> None:
    bodies = [f"number {place:03}" for place in range(53)]
    for place, body in enumerate(bodies):
        submit(body=body, email=f"a{place}@example.com")
    first = page(client)
    onward = re.search(r'<a class="button more" href="([^"]+)"', first)
    assert onward is not None
    second = client.get(onward[1].replace("&amp;", "&")).text
    assert re.findall(r"number \d{3}", first + second) == bodies
    newest = page(client, order="newest")
    assert re.findall(r"number \d{3}", newest)[0] == bodies[-1]


def test_fragment_is_only_the_section_with_whole_addresses(client: Any, submit: Any) -> None:
    submit()
    html = page(client, fragment="1")
    assert html.startswith("<section")
    assert html.endswith("</section>")
    assert 'action="https://comments.example/sites/demo/comments?lang=en"' in html
    assert not re.search(r'(href|action)="/', html)


def test_language_and_theme_are_chosen_by_the_page(client: Any) -> None:
    html = page(client, lang="ar-EG", theme="dark")
    assert '<html lang="ar" dir="rtl" data-theme="dark">' in html
    assert "اترك تعليقًا" in html
    assert "Leave a Reply" in page(client, lang="tlh")


def test_closed_page_has_no_form(client: Any, submit: Any, admin: Any, clock: Any) -> None:
    submit()
    admin.patch("/api/v1/sites/demo", json={"settings": {"closes_after_days": 1}})
    clock.move(seconds=2 * 86_400)
    html = page(client)
    assert "Comments are closed." in html
    assert "<form" not in html


def test_bad_queries_name_the_parameter(client: Any) -> None:
    bad = [
        ({}, "page_url"),
        ({"page_url": "https://evil.example/"}, "page_url"),
        ({"page_url": "x"}, "page_url"),
        ({"page_url": PAGE + "\x00"}, "page_url"),
        ({"page_url": PAGE, "order": "best"}, "order"),
        ({"page_url": PAGE, "theme": "pink"}, "theme"),
        ({"page_url": PAGE, "cursor": "nonsense"}, "cursor"),
        ({"page_url": PAGE, "reply_to": "\x00"}, "reply_to"),
        ({"page_url": PAGE, "lang": "x" * 3000}, "lang"),
    ]
    for query, name in bad:
        answer = client.get(THREAD, query_string=query)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [name]), query
    assert client.get("/sites/nobody/thread", query_string={"page_url": PAGE}).status_code == 404
