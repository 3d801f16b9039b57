"""Real, unchanged clients from PyPI against the service on loopback."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import openai
import pytest

with warnings.catch_warnings():
    # Google's client warns about the Python version as it is imported.
    warnings.simplefilter("ignore")
    from googleapiclient.discovery import build
    from googleapiclient.errors import HttpError


@pytest.fixture
def perspective(address: str) -> Iterator[Any]:
    made: list[Any] = []

    def connect(key: str) -> Any:
        made.append(
            build(
                "commentanalyzer",
                "v1alpha1",
                developerKey=key,
                discoveryServiceUrl=f"{address}/$discovery/rest?version=v1alpha1",
                static_discovery=False,
            )
        )
        return made[-1].comments()

    yield connect
    for client in made:
        client.close()


_ASKED = {
    "comment": {"text": "You are {toxicity=0.9} kind."},
    "requestedAttributes": {"TOXICITY": {}},
    "languages": ["en"],
}


def test_googles_client_analyzes_and_suggests(perspective: Any, key: str) -> None:
    comments = perspective(key)
    scores = comments.analyze(body=_ASKED).execute()["attributeScores"]
    assert scores["TOXICITY"]["summaryScore"]["value"] == 0.9
    verdict = {
        "comment": {"text": "Rude."},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
        "clientToken": "mine",
    }
    assert comments.suggestscore(body=verdict).execute() == {"clientToken": "mine"}


def test_googles_client_reads_our_errors(perspective: Any, key: str) -> None:
    with pytest.raises(HttpError, match="API key not valid") as refused:
        perspective("nonsense").analyze(body=_ASKED).execute()
    assert refused.value.status_code == 400
    with pytest.raises(HttpError, match="COMMENT_EMPTY"):
        perspective(key).analyze(body={**_ASKED, "comment": {"text": ""}}).execute()


def test_openais_client_moderates(address: str, key: str) -> None:
    with openai.OpenAI(api_key=key, base_url=f"{address}/v1", max_retries=0) as client:
        answer = client.moderations.create(input=["{threat=0.9}", "Fine."])
        assert [result.flagged for result in answer.results] == [True, False]
        assert answer.results[0].categories.violence
        assert answer.results[0].category_scores.self_harm == 0
        with pytest.raises(openai.BadRequestError):
            client.moderations.create(input="")


def test_openais_client_reads_our_refusal(address: str) -> None:
    with (
        openai.OpenAI(api_key="nonsense", base_url=f"{address}/v1", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError),
    ):
        client.moderations.create(input="x")
