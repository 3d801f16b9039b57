"""OpenAI's moderation route, as clients use it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def send(as_role: Any) -> Any:
    caller = as_role("site", "demo")
    return lambda given: caller.post("/v1/moderations", json={"input": given})


def test_results_stand_in_the_order_of_the_input(send: Any) -> None:
    answer = send(["Fine.", {"type": "text", "text": "{identity_attack=0.8}"}]).json
    first, second = answer["results"]
    assert (first["flagged"], second["flagged"]) == (False, True)
    assert len(first["categories"]) == 13
    assert [name for name, flag in second["categories"].items() if flag] == ["hate"]
    assert second["category_scores"]["hate"] == 0.8
    assert answer["model"] == "fake 1"


def test_a_category_without_a_model_is_zero_and_read_nothing(send: Any) -> None:
    result = send("{threat=0.9}").json["results"][0]
    assert result["category_scores"]["self-harm"] == 0
    assert result["category_applied_input_types"]["self-harm"] == []
    assert result["categories"]["harassment/threatening"] is True


@pytest.mark.parametrize("given", [None, "", [], 7, [7], [{"type": "image_url"}], ["a"] * 129])
def test_bad_input_is_named(send: Any, given: Any) -> None:
    answer = send(given)
    assert (answer.status_code, answer.json["error"]["param"]) == (400, "input")
    assert answer.json["error"]["type"] == "invalid_request_error"


def test_errors_have_openais_shape(client: Any, send: Any, scorer: Any) -> None:
    answer = client.post("/v1/moderations", headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "invalid_api_key")
    scorer.down = "loading"
    assert send("x").status_code == 503
