"""Perspective's routes, for clients whose endpoint can be set.

Nothing that ``comments:analyze`` receives is stored or logged, whatever ``doNotStore`` says.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from moderation.domain.principals import Principal
from moderation.domain.scores import Scores
from moderation.services.comment_scoring import Scored
from moderation.web.auth import access
from moderation.web.compat import perspective_errors
from moderation.web.compat.perspective_errors import BadKey
from moderation.web.compat.perspective_request import (
    Analyze,
    label_of,
    read_analyze,
    read_body,
    read_client_token,
    read_suggested,
    read_text,
    unsupported,
)
from moderation.web.compat.sentences import Sentence, sentences, whole
from moderation.web.context import services
from moderation.web.limits import RateRule, spend

blueprint = Blueprint("perspective", __name__)
perspective_errors.install(blueprint)

QUOTA = RateRule(
    "perspective",
    "6000/minute",
    "rate_limited",
    "Quota exceeded for quota metric 'Analysis requests' and limit 'per minute'.",
)
# The languages that a model was trained on; all others read English.
_LANGUAGES = {"multilingual": ["en", "fr", "es", "it", "pt", "tr", "ru"]}


@blueprint.route("/$discovery/rest")
@access("public")
def discovery() -> Response:
    """The discovery document, by which Google's clients find the methods."""
    base = f"{current_app.config['BASE_URL']}/"
    return jsonify({**_document(), "rootUrl": base, "baseUrl": base})


@blueprint.route("/v1alpha1/comments:analyze", methods=["POST"])
@access("public")
def analyze() -> Response:
    """Score a comment; nothing is stored."""
    _caller()
    asked = read_analyze(read_body(request.get_data()))
    spans = sentences(asked.text) if asked.by_sentence else [whole(asked.text)]
    texts = list(dict.fromkeys([asked.text, *(span.text for span in spans)]))
    scored = dict(zip(texts, services().score_texts(texts), strict=True))
    return jsonify(_analysis(asked, spans, scored))


@blueprint.route("/v1alpha1/comments:suggestscore", methods=["POST"])
@access("public")
def suggest_score() -> Response:
    """Keep what a comment should have scored, without the comment."""
    caller = _caller()
    body = read_body(request.get_data())
    text, suggested, token = read_text(body), read_suggested(body), read_client_token(body)
    if body.get("doNotStore") is not True:
        services().suggest_score(caller, text, suggested)
    return jsonify({} if token is None else {"clientToken": token})


def _caller() -> Principal:
    """The site behind the key; only a site's token may lie in an address.

    Raises:
        BadKey: anything else.
        TooManyRequests: the site's quota is used up.
    """
    key = request.args.get("key") or request.headers.get("X-Goog-Api-Key")
    caller = services().authenticate.by_token(key) if key else None
    if caller is None or caller.role != "site":
        raise BadKey("The key is not valid.")
    spend(QUOTA, caller.key)
    return caller


def _analysis(asked: Analyze, spans: list[Sentence], scored: dict[str, Scored]) -> dict[str, Any]:
    overall = scored[asked.text]
    answer: dict[str, Any] = {
        "languages": _LANGUAGES.get(overall.model.name, ["en"]),
        "detectedLanguages": [],
    }
    found = {}
    for name, threshold in asked.thresholds.items():
        label = label_of(name)
        if label is None or label not in overall.scores.values:
            if asked.drop_unsupported:
                continue
            raise unsupported(name)
        if overall.scores.values[label] >= threshold:
            parts = [_span(span, scored[span.text].scores, label) for span in spans]
            found[name] = {"summaryScore": _score(overall.scores, label), "spanScores": parts}
    if found:
        answer["attributeScores"] = found
    if asked.client_token is not None:
        answer["clientToken"] = asked.client_token
    return answer


def _span(span: Sentence, scores: Scores, label: str) -> dict[str, Any]:
    return {"begin": span.begin, "end": span.end, "score": _score(scores, label)}


def _score(scores: Scores, label: str) -> dict[str, Any]:
    return {"value": scores.values[label], "type": "PROBABILITY"}


@cache
def _document() -> dict[str, Any]:
    path = Path(__file__).with_name("discovery.json")
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document
