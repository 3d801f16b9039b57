"""The Perspective routes, as clients use them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from models import Comment, SuggestedScore
from moderation.app import create_app
from moderation.bootstrap import bootstrap
from moderation.settings import read_settings
from tests.conftest import OPERATOR

ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"


@pytest.fixture
def key(runtime: Any) -> str:
    return str(runtime.services.tokens.create(OPERATOR, "site", ["demo"]).token)


@pytest.fixture
def analyze(client: Any, key: str) -> Any:
    def send(text: Any = "You are {toxicity=0.9} kind.", **fields: Any) -> Any:
        sent = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, **fields}
        return client.post(f"{ANALYZE}?key={key}", json=sent)

    return send


def kind_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["details"][0]["errorType"]


def test_analyze_answers_summary_and_one_span(analyze: Any) -> None:
    answer = analyze(clientToken="mine", languages=["en-US"])
    score = {"value": 0.9, "type": "PROBABILITY"}
    assert answer.json == {
        "attributeScores": {
            "TOXICITY": {
                "summaryScore": score,
                "spanScores": [{"begin": 0, "end": 28, "score": score}],
            }
        },
        "languages": ["en"],
        "detectedLanguages": [],
        "clientToken": "mine",
    }


def test_sentence_spans_count_utf16_units(analyze: Any) -> None:
    text = "\U0001f600 Hi, 3.5 of it! {toxicity=0.9} no.\n\n So."
    answer = analyze(text, spanAnnotations=True).json["attributeScores"]["TOXICITY"]
    units = text.encode("utf-16-le")
    parts = [
        (units[2 * span["begin"] : 2 * span["end"]].decode("utf-16-le"), span["score"]["value"])
        for span in answer["spanScores"]
    ]
    first = ("\U0001f600 Hi, 3.5 of it!", 0.01)
    assert parts == [first, ("{toxicity=0.9} no.", 0.9), ("So.", 0.01)]


def test_thousands_of_sentences_give_a_hundred_spans_at_most(analyze: Any) -> None:
    spans = analyze("A. " * 6000, spanAnnotations=True).json["attributeScores"]["TOXICITY"]
    assert 1 < len(spans["spanScores"]) <= 100
    assert analyze("." * 20_480, spanAnnotations=True).status_code == 200


def test_key_in_header_path_escaped_and_any_content_type(client: Any, key: str) -> None:
    sent = json.dumps({"comment": {"text": "Hi"}, "requestedAttributes": {"INSULT": None}})
    for kind in (None, "application/x-www-form-urlencoded", "text/plain"):
        answer = client.post(
            "/v1alpha1/comments%3Aanalyze",
            data=sent,
            content_type=kind,
            headers={"X-Goog-Api-Key": key},
        )
        assert answer.json["attributeScores"]["INSULT"]["summaryScore"]["value"] == 0.01


def test_attributes_below_their_threshold_are_left_out(analyze: Any) -> None:
    wanted = {"TOXICITY": {"scoreThreshold": 0.9}, "INSULT": {"scoreThreshold": 0.5}}
    assert list(analyze(requestedAttributes=wanted).json["attributeScores"]) == ["TOXICITY"]
    del wanted["TOXICITY"]
    assert "attributeScores" not in analyze(requestedAttributes=wanted).json


def test_unsupported_attributes_are_refused_or_dropped(analyze: Any) -> None:
    for name in ("FLIRTATION", "SEVERE_TOXICITY"):
        wanted = {name: {}, "TOXICITY@6": {}, "PROFANITY_EXPERIMENTAL": {}}
        refused = analyze(requestedAttributes=wanted)
        assert refused.status_code == 400
        assert name in refused.json["error"]["message"]
        kept = analyze(requestedAttributes=wanted, dropUnsupportedAttributes=True)
        assert set(kept.json["attributeScores"]) == {"TOXICITY@6", "PROFANITY_EXPERIMENTAL"}


def test_html_tags_are_not_scored_and_do_not_move_spans(analyze: Any, scorer: Any) -> None:
    comment = {"text": "<b title='\U0001f600'>Fine</b>.", "type": "HTML"}
    answer = analyze(comment=comment).json["attributeScores"]["TOXICITY"]["spanScores"]
    assert (answer[0]["begin"], answer[0]["end"]) == (0, 23)
    assert scorer.calls[-1][0].split() == ["Fine", "."]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"comment": {"text": " "}}, "COMMENT_EMPTY"),
        ({"comment": None}, "COMMENT_EMPTY"),
        ({"comment": {"text": "<p></p>", "type": "HTML"}}, "COMMENT_EMPTY"),
        ({"comment": {"text": 7}}, "INVALID_REQUEST"),
        ({"comment": {"text": "\u00fc" * 10_241}}, "COMMENT_TOO_LONG"),
        ({"requestedAttributes": {}}, "NO_REQUESTED_ATTRIBUTES"),
        ({"requestedAttributes": []}, "INVALID_REQUEST"),
        ({"requestedAttributes": {"TOXICITY": {"scoreType": "RAW"}}}, "INVALID_REQUEST"),
        ({"requestedAttributes": {"TOXICITY": {"scoreThreshold": "x"}}}, "INVALID_REQUEST"),
        ({"spanAnnotations": "yes"}, "INVALID_REQUEST"),
        ({"languages": "en"}, "INVALID_REQUEST"),
    ],
)
def test_bad_requests_get_perspectives_errors(analyze: Any, fields: Any, kind: str) -> None:
    assert kind_of(analyze(**fields)) == (400, kind)


def test_broken_bodies_and_surrogates_are_no_server_error(client: Any, key: str) -> None:
    for raw in (b"", b"[]", b"\xff", b'{"a":' * 5000, b"x" * 2_000_000):
        assert client.post(f"{ANALYZE}?key={key}", data=raw).status_code == 400
    raw = b'{"comment":{"text":"a\\ud800b\\u0000"},"requestedAttributes":{"TOXICITY":{}}}'
    assert client.post(f"{ANALYZE}?key={key}", data=raw).status_code in (200, 400)


def test_only_a_sites_key_is_good(client: Any, runtime: Any) -> None:
    admin = runtime.services.tokens.create(OPERATOR, "admin", []).token
    for query in ("", "?key=", "?key=nonsense", f"?key={admin}"):
        for path in (ANALYZE, SUGGEST):
            error = client.post(f"{path}{query}", json={}).json["error"]
            assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
            assert error["message"] == "API key not valid. Please pass a valid API key."
            assert error["details"][0]["reason"] == "API_KEY_INVALID"


def test_a_failing_scorer_is_unavailable_not_harmless(analyze: Any, scorer: Any) -> None:
    scorer.down = "loading"
    answer = analyze()
    assert (answer.status_code, answer.json["error"]["status"]) == (503, "UNAVAILABLE")
    assert answer.headers["Retry-After"]


def test_a_used_up_quota_says_so(
    environ: Any, runtime: Any, scorer: Any, key: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr("moderation.web.compat.perspective.QUOTA", _one_a_minute())
    settings = read_settings({**environ, "MODERATION_RATE_LIMITS": "on"})
    limited = bootstrap(settings, scorer=scorer)
    client = create_app(runtime=limited).test_client()
    sent = {"comment": {"text": "Hi"}, "requestedAttributes": {"TOXICITY": {}}}
    assert client.post(f"{ANALYZE}?key={key}", json=sent).status_code == 200
    answer = client.post(f"{ANALYZE}?key={key}", json=sent)
    limited.close()
    assert (answer.status_code, answer.json["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert answer.json["error"]["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
    assert int(answer.headers["Retry-After"]) >= 1


def _one_a_minute() -> Any:
    from moderation.web.limits import RateRule

    return RateRule("perspective", "1/minute", "rate_limited", "Quota exceeded.")


def test_suggested_score_keeps_verdict_and_hash_but_no_text(
    client: Any, key: str, runtime: Any
) -> None:
    for value, text in ((1, "Nobody {toxicity=0.7} keeps this."), (0, "Fine."), (0.4, "Hm.")):
        scores = {"TOXICITY": {"summaryScore": {"value": value}}}
        sent = {"comment": {"text": text}, "attributeScores": scores, "clientToken": "t"}
        answer = client.post(f"{SUGGEST}?key={key}", json=sent)
        assert (answer.status_code, answer.json) == (200, {"clientToken": "t"})
    with runtime.store.read() as session:
        rows = session.scalars(select(SuggestedScore).order_by(SuggestedScore.id)).all()
        assert [row.verdict for row in rows] == ["rejected", "approved", None]
        assert rows[0].scores is not None
        assert rows[0].scores["toxicity"] == 0.7
        assert "Nobody" not in repr([vars(row) for row in rows])


def test_suggested_score_counts_while_the_scorer_is_down(
    client: Any, key: str, runtime: Any, scorer: Any
) -> None:
    scorer.down = "loading"
    sent = {"comment": {"text": "x"}, "attributeScores": {"TOXICITY": {"summaryScore": {}}}}
    assert client.post(f"{SUGGEST}?key={key}", json=sent).status_code == 200
    with runtime.store.read() as session:
        row = session.scalars(select(SuggestedScore)).one()
        assert (row.verdict, row.scores, row.model) == ("approved", None, None)


def test_suggested_scores_must_be_scores(client: Any, key: str) -> None:
    for scores in (None, {}, {"TOXICITY": 1}, {"TOXICITY": {"summaryScore": {"value": 2}}},
                   {"FLIRTATION": {"summaryScore": {"value": 1}}}):  # fmt: skip
        sent = {"comment": {"text": "x"}, "attributeScores": scores}
        assert kind_of(client.post(f"{SUGGEST}?key={key}", json=sent)) == (400, "INVALID_REQUEST")


def test_do_not_store_leaves_nothing(
    client: Any, key: str, analyze: Any, runtime: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    analyze("A secret sentence.", doNotStore=True)
    scores = {"TOXICITY": {"summaryScore": {"value": 1}}}
    sent = {"comment": {"text": "A secret sentence."}, "attributeScores": scores}
    client.post(f"{SUGGEST}?key={key}", json={**sent, "doNotStore": True})
    with runtime.store.read() as session:
        assert session.scalars(select(SuggestedScore)).all() == []
        assert session.scalars(select(Comment)).all() == []
    logged = "".join(capfd.readouterr())
    assert "secret" not in logged
    assert key not in logged


def test_discovery_names_our_own_address(client: Any) -> None:
    for path in ("/$discovery/rest", "/%24discovery/rest"):
        document = client.get(f"{path}?version=v1alpha1").json
        assert document["rootUrl"] == "https://comments.example/"
        assert set(document["resources"]["comments"]["methods"]) == {"analyze", "suggestscore"}
