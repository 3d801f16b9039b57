"""Bodies and query strings: typed or refused, whatever the bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@pytest.fixture
def post_json(client: FlaskClient, bearer: Any) -> Callable[..., TestResponse]:
    """Post bytes as a JSON body."""

    def post(raw: bytes | str, **headers: str) -> TestResponse:
        json_type = {"Content-Type": "application/json"}
        return client.post("/api/v1/json", data=raw, headers=bearer("site") | json_type | headers)

    return post


HOSTILE = {
    "nothing": b"",
    "spaces": b"  ",
    "not utf-8": b'{"name": "\xff\xfe"}',
    "utf-16": '{"name": "a"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"name": "a"}',
    "cut off": b'{"name": "a"',
    "deep list": b"[" * 100_000,
    "deep object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep but whole": b'{"name":' + b"[" * 200 + b"]" * 200 + b"}",
    "not a number": b'{"ratio": NaN}',
    "infinity": b'{"ratio": -Infinity}',
    "overflow": b'{"ratio": 1e999}',
    "long integer": b'{"count": ' + b"9" * 5000 + b"}",
    "twenty digits": b'{"count": 12345678901234567890}',
    "name twice": b'{"name": "a", "name": "b"}',
    "list": b"[]",
    "text": b'"name"',
    "null": b"null",
    "control character": b'{"name": "a\x01"}',
    "nul byte": b'\x00{"name": "a"}',
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_unreadable_bodies_are_malformed(raw: bytes, post_json: Any) -> None:
    answer = post_json(raw)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")
    assert len(answer.json["detail"]) > 10


INVALID: dict[str, tuple[Any, str]] = {
    "number for text": ({"name": 7}, "name"),
    "null for text": ({"name": None}, "name"),
    "missing": ({}, "name"),
    "blank": ({"name": "  "}, "name"),
    "long": ({"name": "x" * 11}, "name"),
    "nul": ({"name": "a\x00"}, "name"),
    "lone surrogate": ({"name": "\ud800"}, "name"),
    "list for text": ({"name": ["a"]}, "name"),
    "text for integer": ({"name": "a", "count": "5"}, "count"),
    "boolean for integer": ({"name": "a", "count": True}, "count"),
    "fraction for integer": ({"name": "a", "count": 1.5}, "count"),
    "out of range": ({"name": "a", "count": 51}, "count"),
    "text for number": ({"name": "a", "ratio": "0.5"}, "ratio"),
    "number for boolean": ({"name": "a", "flag": 1}, "flag"),
    "unknown word": ({"name": "a", "order": "best"}, "order"),
    "unknown field": ({"name": "a", "colour": "red"}, "colour"),
    "unknown surrogate field": ({"name": "a", "\ud800": 1}, "\ufffd\ufffd\ufffd"),
    "object for list": ({"name": "a", "tags": {}}, "tags"),
    "text in list": ({"name": "a", "tags": ["ok", 5]}, "tags.1"),
    "nested in list": ({"name": "a", "items": [{"id": "1"}, {"id": 2}]}, "items.1.id"),
    "text for object": ({"name": "a", "items": ["x"]}, "items.0"),
    "nested in map": (
        {"name": "a", "thresholds": {"toxicity": {"queue_at": 2}}},
        "thresholds.toxicity.queue_at",
    ),
    "bad key in map": ({"name": "a", "thresholds": {"x" * 21: {}}}, "thresholds." + "x" * 21),
    "text for map value": ({"name": "a", "thresholds": {"t": "x"}}, "thresholds.t"),
}


@pytest.mark.parametrize(("body", "field"), INVALID.values(), ids=INVALID.keys())
def test_invalid_fields_are_named(body: Any, field: str, post_json: Any) -> None:
    answer = post_json(json.dumps(body))
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert list(answer.json["errors"]) == [field]
    assert all(isinstance(m, str) for m in answer.json["errors"][field])


def test_good_body_arrives_typed_and_trimmed(post_json: Any) -> None:
    body = {"name": " Zoë ", "count": 3.0, "ratio": 1, "flag": False, "tags": ["a"]}
    answer = post_json(json.dumps(body), **{"Content-Type": "application/x+json"})
    assert answer.json == {
        "got": {"name": "Zoë", "count": 3, "ratio": 1.0, "flag": False, "tags": ["a"]},
        "by": "token:t-site",
    }


def test_many_unknown_fields_make_a_small_answer(post_json: Any) -> None:
    answer = post_json(json.dumps({f"{n}{'k' * 500}": 1 for n in range(900)}))
    assert answer.status_code == 422
    assert len(answer.data) < 20_000


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": ""},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Encoding": "gzip"},
    ],
)
def test_other_body_types_are_refused(headers: dict[str, str], post_json: Any) -> None:
    answer = post_json(b'{"name": "a"}', **headers)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_large_body_is_refused(post_json: Any) -> None:
    answer = post_json(b'{"name": "' + b"x" * 1_100_000 + b'"}')
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_large_chunked_body_is_refused(client: Any, bearer: Any) -> None:
    body = b'{"name": "a"}' + b" " * 1_100_000
    answer = client.post(
        "/api/v1/json",
        input_stream=io.BytesIO(body),
        headers=bearer("site") | {"Content-Type": "application/json"},
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_body_may_be_absent_where_nothing_is_required(client: Any, bearer: Any) -> None:
    answer = client.put("/api/v1/optional", headers=bearer("moderator"))
    assert answer.json == {"got": {"limit": 25}}


def test_form_reads_types_and_drops_empty_optional_fields(client: Any) -> None:
    form = {
        "name": " Zoë ",
        "count": "3",
        "ratio": "0.5",
        "flag": "on",
        "website": "",
        "tags": ["a", "b"],
        "csrf_token": "whatever",
    }
    answer = client.post("/api/v1/sites/demo/comments", data=form)
    assert answer.status_code == 201
    assert answer.json["got"] == {
        "name": "Zoë",
        "count": 3,
        "ratio": 0.5,
        "flag": True,
        "tags": ["a", "b"],
    }


@pytest.mark.parametrize(
    ("raw", "status", "where"),
    [
        (b"name=%ff", 400, None),
        (b"name=\xff", 400, None),
        (b"&".join(b"a%d=1" % n for n in range(200)), 400, None),
        (b"name=a&name=b", 422, "name"),
        (b"name=a&count=x", 422, "count"),
        (b"name=%00", 422, "name"),
        (b"name=a&colour=red", 422, "colour"),
        (b"name=", 422, "name"),
        (b"", 422, "name"),
    ],
)
def test_bad_forms(client: Any, raw: bytes, status: int, where: str | None) -> None:
    answer = client.post(
        "/api/v1/sites/demo/comments",
        data=raw,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == status
    assert where is None or where in answer.json["errors"]


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", ""])
def test_form_route_refuses_other_types(client: Any, kind: str) -> None:
    answer = client.post(
        "/api/v1/sites/demo/comments", data=b"name=a", headers={"Content-Type": kind}
    )
    assert answer.status_code == 415


def test_query_is_typed_and_unknown_parameters_ignored(client: Any) -> None:
    answer = client.get("/api/v1/query?limit=5&min_score=0.25&page_url=a&page_url=b&utm=1&name=")
    assert answer.json["got"] == {"limit": 5, "min_score": 0.25, "page_url": ["a", "b"]}
    assert client.get("/api/v1/query").json["got"] == {"limit": 25}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1.5", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("limit=٣", "limit"),
        ("limit=1&limit=2", "limit"),
        ("min_score=nan", "min_score"),
        ("min_score=1e99", "min_score"),
        ("name=%00", "name"),
        ("page_url=ok&page_url=%00", "page_url.1"),
    ],
)
def test_bad_query_names_the_parameter(client: Any, query: str, field: str) -> None:
    answer = client.get(f"/api/v1/query?{query}")
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]


def test_nul_in_the_path_is_not_found(client: Any) -> None:
    assert client.get("/api/v1/sites/a%00b/list").status_code == 404
