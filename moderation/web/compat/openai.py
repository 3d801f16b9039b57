"""OpenAI's moderation route, for clients whose base address can be set.

Categories without a model behind them stay false and 0; see docs/perspective.md.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from moderation import errors as tree
from moderation.domain.scores import Scores
from moderation.services.score_texts import TEXT_MAX, TEXTS_MAX
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.errors import answer_unexpected, status_of
from moderation.web.json_body import read_json
from moderation.web.limits import RateRule, spend

blueprint = Blueprint("openai", __name__)

QUOTA = RateRule("openai", "6000/minute", "rate_limited", "Rate limit reached; wait a little.")
FLAGGED_AT = 0.5
# Category to the labels of which the highest counts; none: there is no model for it.
LABELS_OF: dict[str, tuple[str, ...]] = {
    "harassment": ("toxicity", "insult", "obscene"),
    "harassment/threatening": ("threat",),
    "hate": ("identity_attack",),
    "hate/threatening": (),
    "illicit": (),
    "illicit/violent": (),
    "self-harm": (),
    "self-harm/intent": (),
    "self-harm/instructions": (),
    "sexual": ("sexual_explicit",),
    "sexual/minors": (),
    "violence": ("threat",),
    "violence/graphic": (),
}


class BadRequest(tree.Malformed):
    """A body that the route does not read; ``param`` names the field."""

    code = "invalid_request_error"

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


@blueprint.route("/v1/moderations", methods=["POST"])
@access("any_token")
def moderations() -> Response:
    """Score texts in OpenAI's categories; nothing is stored."""
    spend(QUOTA, current_principal().key)
    texts = _texts(request.get_data())
    scored = services().score_texts(texts)
    return jsonify(
        id=f"modr-{uuid4().hex}",
        model=scored[0].model_text,
        results=[_result(one.scores) for one in scored],
    )


def _result(scores: Scores) -> dict[str, Any]:
    values = {
        category: max((scores.values.get(label, 0.0) for label in labels), default=0.0)
        for category, labels in LABELS_OF.items()
    }
    flags = {category: value >= FLAGGED_AT for category, value in values.items()}
    read = {category: ["text"] if labels else [] for category, labels in LABELS_OF.items()}
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": values,
        "category_applied_input_types": read,
    }


def _texts(raw: bytes) -> list[str]:
    """The texts of a request, one for each result.

    Raises:
        BadRequest: saying what ``input`` may be.
    """
    try:
        body = read_json(raw)
    except tree.Malformed as error:
        raise BadRequest(error.message) from None
    given = body.get("input") if isinstance(body, dict) else None
    items = [given] if isinstance(given, str) else given
    if not isinstance(items, list) or not 1 <= len(items) <= TEXTS_MAX:
        raise BadRequest(f"input must be a text or a list of 1 to {TEXTS_MAX}.", "input")
    return [_text(item) for item in items]


def _text(item: Any) -> str:
    if isinstance(item, dict):
        if item.get("type") != "text":
            raise BadRequest("Only parts of type text can be scored here.", "input")
        item = item.get("text")
    if not isinstance(item, str) or not item.strip() or len(item) > TEXT_MAX:
        raise BadRequest(f"Each text must have 1 to {TEXT_MAX} characters.", "input")
    return item.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@blueprint.errorhandler(tree.ModerationError)
def _expected(error: tree.ModerationError) -> Response:
    status = 400 if isinstance(error, BadRequest) else status_of(error)
    if status is None:
        return answer_unexpected(error)
    kind = "invalid_request_error" if status < 429 else _KIND_OF.get(status, "server_error")
    answer = _error(status, error.message, kind, getattr(error, "param", None), error.code)
    if status in _KIND_OF:
        answer.headers["Retry-After"] = str(error.retry_after_s or 5)
    return answer


_KIND_OF = {429: "rate_limit_error", 503: "server_error"}


@blueprint.errorhandler(HTTPException)
def _http(error: HTTPException) -> Response:
    status = 413 if error.code == 413 else 400
    return _error(status, "The request cannot be read.", "invalid_request_error", None, None)


def _error(status: int, message: str, kind: str, param: str | None, code: str | None) -> Response:
    if status == 401:
        code = "invalid_api_key"
    answer = jsonify(error={"message": message, "type": kind, "param": param, "code": code})
    answer.status_code = status
    return answer
