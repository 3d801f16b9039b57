"""The document for programs fits the application, and random requests never break it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.web.problem import PROBLEMS
from tests.conftest import PAGE

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("name", "email", "body", "page_url", "page_title", "website", "parent_id")


def test_document_is_complete(client: Any) -> None:
    document = client.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method != "parameters":
                assert operation["summary"], (method, path)
                assert operation["x-access"]["who"], (method, path)
    submission = document["components"]["schemas"]["Submission"]
    assert set(submission["required"]) == {"name", "email", "body", "page_url"}


def test_readable_page_shows_every_route_and_every_error_code(client: Any) -> None:
    page = client.get("/docs").get_data(as_text=True)
    for path in client.get("/openapi.json").json["paths"]:
        assert path in page
    for code in PROBLEMS:
        assert f'id="error-{code}"' in page
    assert "<script" not in page


def test_document_is_valid_openapi(client: Any) -> None:
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json)
    schema.validate()


@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    fields=st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES),
    extra=st.dictionaries(st.text(), JSON_VALUES, max_size=2),
)
def test_no_submission_breaks_the_service(client: Any, fields: Any, extra: Any) -> None:
    good = {"name": "Ann", "email": "a@example.com", "body": "x", "page_url": PAGE}
    answer = client.post("/api/v1/sites/demo/comments", json={**good, **fields, **extra})
    assert answer.status_code in (201, 400, 409, 413, 422, 429)
    if answer.status_code >= 400:
        assert answer.json["code"] in PROBLEMS


@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    body=st.binary(max_size=200),
    kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded"]),
)
def test_no_bytes_break_the_service(client: Any, body: bytes, kind: str) -> None:
    answer = client.post("/api/v1/sites/demo/comments", data=body, content_type=kind)
    assert answer.status_code in (400, 415, 422)


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/queue/claims/x", "/nothing"])
def test_unknown_path_is_a_plain_404(client: Any, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_wrong_method_names_the_right_ones(client: Any) -> None:
    answer = client.delete("/api/v1/sites/demo/comments")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert {"GET", "POST"} <= set(re.split(r", ?", answer.headers["Allow"]))


def test_request_id_is_echoed_or_made(client: Any) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "abc-123"})
    assert answer.headers["X-Request-ID"] == "abc-123"
    made = client.get("/healthz", headers={"X-Request-ID": "bad id\t"})
    assert re.fullmatch(r"[A-Za-z0-9._-]+", made.headers["X-Request-ID"])
