"""The comment form of a WordPress theme, posted as the default theme's page sends it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.functional.transfer.foreign_files import write_wxr, wxr_comment, wxr_item

URL = "/sites/demo/wp-comments-post.php"
POST = "https://news.example/2026/11/bridge/"
# Twenty Twenty-Five's form in the order of its fields, as a browser encodes it.
SENT = (
    "comment=Well+said%2C+and%0D%0Aclear.&author=Ann&email=ann%40example.com&url=ann.example"
    "&wp-comment-cookies-consent=yes&submit=Post+Comment&comment_post_ID=42&comment_parent=0"
)
HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Origin": "https://news.example",
    "Referer": POST,
    "Sec-Fetch-Site": "same-origin",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
}
GOOD = {"author": "Ann", "email": "ann@example.com", "url": "", "comment": "Well said.",
        "comment_post_ID": "42", "comment_parent": "0"}  # fmt: skip


@pytest.fixture
def send(client: Any, clock: Any) -> Any:
    def post(headers: Any = None, **fields: Any) -> Any:
        clock.move(seconds=1)
        return client.post(URL, data={**GOOD, **fields}, headers={**HEADERS, **(headers or {})})

    return post


def _thread(client: Any, page: str) -> list[Any]:
    url = "/api/v1/sites/demo/comments"
    return list(client.get(url, query_string={"page_url": page}).json["items"])


def test_default_themes_form_is_taken_as_it_is(client: Any) -> None:
    answer = client.post(URL, data=SENT, headers=HEADERS)
    [item] = _thread(client, POST)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{POST}#comment-{item['id']}")
    assert item["body"] == "Well said, and\nclear."
    assert item["author"] == {"name": "Ann", "website": "http://ann.example"}


def test_held_comment_leads_back_with_wordpresss_query(send: Any, client: Any) -> None:
    answer = send(comment="{insult=0.9}", akismet_comment_nonce="1", ak_js="1")
    assert answer.status_code == 302
    parts = urlsplit(answer.headers["Location"])
    query = parse_qs(parts.query)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == POST
    assert set(query) == {"unapproved", "moderation-hash"}
    assert parts.fragment == f"comment-{query['unapproved'][0]}"
    assert len(query["moderation-hash"][0]) == 32
    # The reader's next comment from that address belongs to the same page.
    onward = send({"Referer": answer.headers["Location"].partition("#")[0]}, comment="More.")
    assert onward.headers["Location"].startswith(f"{POST}#comment-")
    assert [item["body"] for item in _thread(client, POST)] == ["More."]


def test_posts_number_names_the_page_where_an_import_has_told_it(
    send: Any, client: Any, runtime: Any
) -> None:
    from moderation.storage import post_pages, sites

    page = "https://news.example/?p=42"
    with runtime.store.write() as session:
        site = sites.by_slug(session, "demo")
        post_pages.remember(session, site.id, "42", "https://news.example/old")
        post_pages.remember(session, site.id, "42", page)
    send({"Referer": ""})
    assert len(_thread(client, page)) == 1
    assert _thread(client, POST) == []
    for referer in ("", "http://[x"):
        unknown = send({"Referer": referer}, comment_post_ID="43", comment="Whose?")
        assert unknown.status_code == 400


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("https://news.example/thanks/", "https://news.example/thanks/"),
        ("/thanks/?a=1#x", "https://news.example/thanks/?a=1"),
        ("https://evil.example/", POST),
        ("//evil.example/", POST),
        ("javascript:alert(1)", POST),
        ("", POST),
    ],
)
def test_redirect_stays_on_the_sites_own_origins(send: Any, wanted: str, led_to: str) -> None:
    answer = send(redirect_to=wanted)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{led_to}#comment-")


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"author": ""}, 200, "Error: Please fill the required fields."),
        ({"email": " "}, 200, "Error: Please fill the required fields."),
        ({"email": "nobody"}, 200, "Error: Please enter a valid email address."),
        ({"comment": " \n"}, 200, "Error: Please type your comment text."),
        ({"comment": "x" * 10_001}, 200, "Error: Your comment is too long."),
        ({"author": "x" * 101}, 200, "Error: Your name is too long."),
        ({"comment_parent": "7"}, 403, "Sorry, replies to unapproved comments are not allowed."),
    ],
)
def test_mistakes_are_answered_in_wordpresss_words_and_lose_nothing(
    send: Any, client: Any, fields: Any, status: int, text: str
) -> None:
    answer = send(url="https://typed.example", **fields)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert text in answer.text
    assert 'value="https://typed.example"' in answer.text
    assert 'name="comment_post_ID" value="42"' in answer.text
    assert _thread(client, POST) == []


def test_form_around_wordpresss_sentence_speaks_the_readers_language(send: Any) -> None:
    page = send({"Accept-Language": "ar"}, author="").text
    assert '<html lang="ar" dir="rtl">' in page
    said = '<p class="problem" role="alert" lang="en" dir="ltr">'
    assert f"{said}Error: Please fill the required fields.</p>" in page
    assert '<h1 lang="en" dir="ltr">Comment Submission Failure</h1>' in page
    assert "لن يتم نشر" in page
    assert ">Name" not in page
    assert 'lang="en"' not in send(author="").text.partition("<body>")[2]


def test_page_about_it_holds_the_addresses_and_texts_that_are_answered(send: Any) -> None:
    page = (Path(__file__).parents[2] / "docs/wordpress.md").read_text()
    assert "/sites/blog/wp-comments-post.php;" in page
    for fields in ({"author": ""}, {"email": "x"}, {"comment": ""}, {"comment_parent": "7"}):
        said = re.search(r'role="alert">([^<]+)<', send(**fields).text)
        assert said is not None
        assert said[1] in page


def test_plain_form_on_that_page_works_as_it_stands(client: Any) -> None:
    page = (Path(__file__).parents[2] / "docs/wordpress.md").read_text()
    names = re.findall(r'<(?:input|textarea)[^>]* ?name="(\w+)"', page.partition("```html")[2])
    sent = dict.fromkeys(names, "") | {
        "page_url": POST, "name": "Ann", "email": "ann@example.com", "body": "Hello.",
    }  # fmt: skip
    sent["then"] = ""
    answer = client.post("/sites/demo/comments", data=sent)
    assert answer.headers["Location"].startswith(f"{POST}#comment-")


def test_duplicate_flood_and_closed_page(send: Any, admin: Any, clock: Any) -> None:
    send()
    duplicate = send()
    assert duplicate.status_code == 409
    assert "Duplicate comment detected" in duplicate.text
    admin.patch("/api/v1/sites/demo", json={"flood_s": 60})
    flood = send(comment="Another.")
    assert flood.status_code == 429
    assert "You are posting comments too quickly. Slow down." in flood.text
    assert int(flood.headers["Retry-After"]) > 0
    admin.patch("/api/v1/sites/demo", json={"closes_after_days": 1})
    clock.move(days=1)
    closed = send(comment="Late.")
    assert closed.status_code == 403
    assert "Sorry, comments are closed for this item." in closed.text


@pytest.fixture
def imported(run: Any, tmp_path: Path) -> None:
    """A blog's post 42 with comment 11 and its reply 12, moved here."""
    item = wxr_item(wxr_comment(11) + wxr_comment(12, parent=11) + wxr_comment(13, approved="0"),
                    post_id=42, link=POST)  # fmt: skip
    done = run("import", "wordpress", str(write_wxr(tmp_path / "x.xml", item)), "--site", "demo")
    assert done.exit_code == 0, done.stderr


@pytest.mark.usefixtures("imported")
def test_reply_to_an_imported_comment_names_its_number_in_the_old_blog(
    send: Any, client: Any
) -> None:
    old = {item["body"]: item["id"] for item in _thread(client, POST)}
    for number, parent in enumerate(("11", "12")):
        answer = send(comment=f"Reply {number}.", comment_parent=parent)
        assert answer.status_code == 302
    new = {item["body"]: item["parent_id"] for item in _thread(client, POST)}
    assert new["Reply 0."] == old["Comment number 11."]
    assert new["Reply 1."] == old["Comment number 12."]
    for unknown in ("13", "99", "1" * 300, "²"):
        refused = send(comment=f"To {unknown}", comment_parent=unknown)
        assert refused.status_code == 403
        assert "Sorry, replies to unapproved comments are not allowed." in refused.text


@pytest.mark.usefixtures("imported")
def test_reply_to_a_comment_of_this_service_is_taken_with_and_without_a_script(
    send: Any, client: Any
) -> None:
    first = send().headers["Location"].partition("#comment-")[2]
    # A theme's script copies the id from the reply link; without one it goes through the
    # address, and WordPress writes what PHP makes a number of.
    digits = re.match(r"\d*", first)
    assert digits is not None
    number = str(int(digits[0] or "0"))
    linked = {"Referer": f"{POST}?replytocom={first}"}
    ways = [({}, first), ({}, f"comment-{first}"), (linked, number), (linked, "0"), (linked, "")]
    for place, (headers, parent) in enumerate(ways):
        answer = send(headers, comment=f"Reply {place}.", comment_parent=parent)
        assert answer.status_code == 302, answer.text
    replies = [one for one in _thread(client, POST) if one["body"].startswith("Reply")]
    assert [one["parent_id"] for one in replies] == [first] * len(ways)
    # Once the script has moved the form elsewhere, the address says nothing any more.
    other = send(linked, comment="To the old one.", comment_parent="11")
    assert other.status_code == 302
    [last] = [one for one in _thread(client, POST) if one["body"] == "To the old one."]
    assert last["parent_id"] != first


def test_form_shown_again_still_knows_page_and_parent(send: Any, client: Any) -> None:
    first = send().headers["Location"].partition("#comment-")[2]
    failed = send({"Referer": f"{POST}?replytocom={first}"}, comment="")
    again = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', failed.text))
    here = {"Referer": "https://news.example/wp-comments-post.php"}
    answer = send(here, **{**again, "comment": "Now with words."})
    assert answer.headers["Location"].startswith(f"{POST}#comment-")
    assert [one["parent_id"] for one in _thread(client, POST)] == [None, first]


def _cookies(answer: Any) -> dict[str, tuple[str, set[str]]]:
    found = {}
    for line in answer.headers.getlist("Set-Cookie"):
        pair, *attributes = line.split("; ")
        name, _, value = pair.partition("=")
        found[name] = (value, set(attributes))
    return found


def test_reader_is_remembered_as_wordpress_does_where_the_blogs_server_asks_for_it(
    send: Any,
) -> None:
    # WordPress's COOKIEHASH of a blog with that siteurl.
    mark = hashlib.md5(b"https://news.example").hexdigest()
    asks = {"X-WordPress-Siteurl": "https://news.example/"}
    agreed = {"wp-comment-cookies-consent": "yes"}
    plain = send(comment="No header.", **agreed)
    assert plain.headers.getlist("Set-Cookie") == []
    set_ = _cookies(send(asks, author="Ann Öz; x", url="ann.example", **agreed))
    assert {name: value for name, (value, _) in set_.items()} == {
        f"comment_author_{mark}": "Ann+%C3%96z%3B+x",
        f"comment_author_email_{mark}": "ann%40example.com",
        f"comment_author_url_{mark}": "http%3A%2F%2Fann.example",
    }
    for _, attributes in set_.values():
        assert {"Max-Age=30000000", "Path=/", "Secure", "SameSite=Lax"} <= attributes
        assert not any(one.startswith("Domain") for one in attributes)
    # Without consent what an earlier comment left is ended.
    ended = _cookies(send(asks, comment="Do not keep me."))
    assert set(ended) == set(set_)
    for value, attributes in ended.values():
        assert value == ""
        assert "Max-Age=0" in attributes
    # A held comment's reader is remembered too; one that is not taken is not.
    assert len(_cookies(send(asks, comment="{insult=0.9}", **agreed))) == 3
    assert _cookies(send(asks, comment="", **agreed)) == {}
    below = _cookies(send({"X-WordPress-Siteurl": "https://news.example/blog"}, comment="Below."))
    assert all("Path=/blog/" in attributes for _, attributes in below.values())


def test_siteurl_elsewhere_is_refused_by_name(send: Any) -> None:
    answer = send({"X-WordPress-Siteurl": "https://evil.example"})
    assert answer.status_code == 422
    assert "X-WordPress-Siteurl" in answer.text


def test_get_is_405_and_a_filled_honeypot_looks_like_a_held_comment(
    send: Any, client: Any, admin: Any
) -> None:
    answer = client.get(URL)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
    for number, field in enumerate(("comment_hp", "ak_hp_textarea")):
        trapped = send(comment=f"Buy {number}", **{field: "x"})
        assert trapped.status_code == 302
        assert "unapproved=" in trapped.headers["Location"]
    assert _thread(client, POST) == []
    statuses = {item["status"] for item in admin.get("/api/v1/comments?q=buy").json["items"]}
    assert statuses == {"rejected"}
