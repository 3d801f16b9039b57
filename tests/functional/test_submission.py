"""Sending a comment, as site pages do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import PAGE


def test_clean_comment_is_published_and_shown(submit: Any, client: Any) -> None:
    answer = submit(body="A good read.", website="https://ann.example")
    assert answer.status_code == 201
    sent = answer.json
    assert sent["status"] == "published"
    assert sent["reasons"] == []
    assert sent["comment"]["author"] == {"name": "Ann", "website": "https://ann.example"}
    assert sent["comment"]["body_html"] == "<p>A good read.</p>"
    assert sent["receipt"]["url"].endswith(f"/receipts/{sent['receipt']['token']}")

    shown = client.get("/api/v1/sites/demo/comments", query_string={"page_url": PAGE}).json
    assert [item["id"] for item in shown["items"]] == [sent["id"]]
    assert shown["count"] == 1
    assert "ann@example.com" not in str(shown)


def test_toxic_comment_is_queued_with_its_reasons(submit: Any, client: Any) -> None:
    answer = submit(body="{toxicity=0.9} {insult=0.8}")
    assert answer.status_code == 201
    assert answer.json["status"] == "queued"
    assert answer.json["reasons"] == ["toxicity", "insult"]
    assert answer.json["comment"] is None
    shown = client.get("/api/v1/sites/demo/comments", query_string={"page_url": PAGE}).json
    assert shown == {"items": [], "next_cursor": None, "count": 0}


def test_form_body_is_taken(client: Any) -> None:
    form = {"name": "Ann", "email": "ann@example.com", "body": "As a form.", "page_url": PAGE,
            "website": "", "parent_id": ""}  # fmt: skip
    answer = client.post("/api/v1/sites/demo/comments", data=form)
    assert answer.status_code == 201
    assert answer.json["comment"]["author"]["website"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ...), ("name", ""), ("name", "   "), ("name", "\u200b\u3164\u2800"),
        ("name", "x" * 101), ("name", "two\nlines"), ("name", 7), ("name", None),
        ("name", "nul\x00"), ("name", "\ud800"),
        ("email", ...), ("email", ""), ("email", "nobody"), ("email", "a@b"), ("email", "a b@c.example"),
        ("email", "a" * 250 + "@example.com"), ("email", ["a@example.com"]),
        ("body", ...), ("body", ""), ("body", " \n\t "), ("body", "\u115f\u1160\uffa0"),
        ("body", "x" * 10_001), ("body", {"a": 1}), ("body", "half \udfff"),
        ("page_url", ...), ("page_url", ""), ("page_url", "not an address"),
        ("page_url", "https://evil.example/bridge"), ("page_url", "ftp://news.example/"),
        ("page_url", "https://news.example@evil.example/"), ("page_url", "https://news.example:99999/"),
        ("page_url", "https://news.example/" + "x" * 2000), ("page_url", "https://[bad/"),
        ("website", "javascript:alert(1)"), ("website", "data:text/html,x"), ("website", "ann.example"),
        ("website", "https://ann.example/" + "x" * 200), ("website", "https://"),
        ("page_title", "x" * 301), ("parent_id", 5), ("parent_id", "x" * 101),
        ("surprise", "?"),
    ],
)  # fmt: skip
def test_bad_field_is_named_and_nothing_is_stored(
    submit: Any, admin: Any, field: str, value: Any
) -> None:
    answer = submit(**{field: value})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "invalid"
    assert list(answer.json["errors"]) == [field]
    assert answer.json["errors"][field][0]
    assert admin.get("/api/v1/queue").json["items"] == []


def test_all_faults_are_told_at_once(submit: Any) -> None:
    answer = submit(name="", email="nobody", body=" ", website="ftp://x", extra=1)
    assert set(answer.json["errors"]) == {"name", "email", "body", "website", "extra"}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{" * 5000, b"[" * 100_000,
        b'{"name": NaN}', b'{"a": 1e999}', b'{"a": ' + b"9" * 5000 + b"}", b'{"a":1,"a":2}',
        b'{"name": "\\ud800"}', b'{"name": "\\u0000"}', b"\x00" * 64,
    ],
)  # fmt: skip
def test_bytes_that_are_no_submission_get_a_plain_4xx(client: Any, body: bytes) -> None:
    answer = client.post("/api/v1/sites/demo/comments", data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.json["code"] in ("malformed", "invalid")
    assert answer.json["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "text/xml"])
def test_other_content_types_are_refused(client: Any, kind: str) -> None:
    answer = client.post("/api/v1/sites/demo/comments", data=b"{}", content_type=kind)
    assert answer.status_code == 415
    assert answer.json["code"] == "unsupported_media_type"


def test_body_over_the_limit_is_too_large(client: Any) -> None:
    answer = client.post(
        "/api/v1/sites/demo/comments",
        data=b'{"body": "' + b"x" * 1_100_000 + b'"}',
        content_type="application/json",
    )
    assert answer.status_code == 413
    assert answer.json["code"] == "too_large"


def test_unknown_site_is_not_found(submit: Any) -> None:
    answer = submit(site="nowhere")
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_page_url_is_kept_without_fragment_and_with_its_query(submit: Any) -> None:
    answer = submit(page_url="HTTPS://News.Example:443/bridge?id=1&x=%20#comments")
    assert answer.json["page_url"] == "https://news.example/bridge?id=1&x=%20"


@pytest.mark.parametrize(
    "email",
    ["o'hara+news@example.co.uk", '"quoted local"@example.com', "x@[192.0.2.1]", "ü@exämple.com",
     "a@b.test"],
)  # fmt: skip
def test_addresses_of_rfc_5321_syntax_pass(submit: Any, email: str) -> None:
    assert submit(email=email).status_code == 201


def test_same_text_again_is_a_duplicate(submit: Any, client: Any) -> None:
    first = submit(body="Once is enough.")
    again = submit(body="  Once is enough.\r\n", email="ANN@example.com")
    assert first.status_code == 201
    assert (again.status_code, again.json["code"]) == (409, "duplicate")
    assert submit(body="Once is enough.", email="bob@example.com").status_code == 201
    assert submit(body="Once is enough.", page_url=PAGE + "/2").status_code == 201
    reply = submit(body="Once is enough.", parent_id=first.json["id"])
    assert reply.status_code == 201


def test_reply_needs_a_published_parent_on_the_same_page(submit: Any) -> None:
    shown = submit().json["id"]
    held = submit(body="{threat=0.99}").json["id"]
    elsewhere = submit(page_url=PAGE + "/2").json["id"]
    assert submit(parent_id=shown).json["parent_id"] == shown
    for parent in (held, elsewhere, "nonsense", "01a20bc8-2fc4-721c-8766-7e284e196d14"):
        answer = submit(parent_id=parent)
        assert (answer.status_code, answer.json["code"]) == (409, "parent_unavailable")


def test_page_closes_after_the_sites_days(submit: Any, admin: Any, clock: Any) -> None:
    admin.patch("/api/v1/sites/demo", json={"closes_after_days": 2})
    assert submit().status_code == 201
    clock.move(days=2)
    answer = submit()
    assert (answer.status_code, answer.json["code"]) == (409, "page_closed")
    assert submit(page_url=PAGE + "/new").status_code == 201


def test_author_must_wait_between_comments_where_the_site_says_so(
    submit: Any, admin: Any, clock: Any
) -> None:
    admin.patch("/api/v1/sites/demo", json={"flood_s": 30})
    assert submit(body="first").status_code == 201
    answer = submit(body="second")
    assert (answer.status_code, answer.json["code"]) == (429, "flood")
    assert int(answer.headers["Retry-After"]) == 29
    assert submit(body="second", email="bob@example.com").status_code == 201
    clock.move(seconds=30)
    assert submit(body="second").status_code == 201


def test_comment_waits_while_the_scorer_is_down(submit: Any, scorer: Any, client: Any) -> None:
    scorer.down = "no model"
    answer = submit(body="Harmless.")
    assert answer.status_code == 202
    assert answer.json["status"] == "pending"
    assert answer.json["comment"] is None
    shown = client.get("/api/v1/sites/demo/comments", query_string={"page_url": PAGE}).json
    assert shown["items"] == []


def test_long_comment_of_the_sites_own_limit_is_taken(submit: Any, admin: Any) -> None:
    admin.patch("/api/v1/sites/demo", json={"settings": {"body_max": 20_000}})
    assert submit(body="x" * 20_000).status_code == 201
    answer = submit(body="x" * 20_001)
    assert answer.json["errors"]["body"] == ["At most 20000 characters; this has 20001."]
