"""The OpenAPI document and the page made from it."""

from __future__ import annotations

from typing import Any


def test_openapi_document(client: Any) -> None:
    spec = client.get("/openapi.json").json
    assert spec["openapi"] == "3.1.0"
    submit_doc = spec["paths"]["/api/v1/sites/{site}/comments"]["post"]
    content = submit_doc["requestBody"]["content"]
    assert set(content) == {"application/json", "application/x-www-form-urlencoded"}
    assert submit_doc["security"] == [{}, {"token": []}]
    assert {"201", "400", "404", "409", "413", "415", "422", "429"} <= set(submit_doc["responses"])
    name = spec["components"]["schemas"]["Everything"]["properties"]["name"]
    assert (name["minLength"], name["maxLength"]) == (1, 10)
    put = spec["paths"]["/api/v1/optional"]["put"]
    assert put["security"] == [{"token": []}, {"session": [], "csrf": []}]
    assert put["x-access"]["rule"] == "moderator"
    policy = spec["paths"]["/api/v1/sites/{site}/policy"]["put"]
    assert {"name": "If-Match", "in": "header"}.items() <= policy["parameters"][0].items()
    assert {"412", "428"} <= set(policy["responses"])
    assert "304" in spec["paths"]["/api/v1/sites/{site}/list"]["get"]["responses"]
    for response in spec["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]
    assert "Problem" in spec["components"]["schemas"]


def test_document_is_the_same_for_a_second_application(client: Any, make_app: Any) -> None:
    second = make_app().test_client()
    assert client.get("/openapi.json").json == second.get("/openapi.json").json


def test_docs_page_lists_operations_and_codes(client: Any) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    for text in (
        "/api/v1/sites/{site}/comments",
        "thresholds.*.queue_at",
        "items[].id",
        "1 to 10 characters",
        "idempotency_mismatch",
        'id="error-flood"',
        "moderators and admins, signed in or by token",
    ):
        assert text in page.text, text
    assert "<script" not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    with client.get("/static/docs.css") as sheet:
        assert sheet.status_code == 200
