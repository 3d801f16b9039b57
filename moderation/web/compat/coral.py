"""Coral's external moderation phase.

Protocol: docs.coralproject.net/external-moderation-phases. Coral publishes what it gets an
error or no answer to. So whatever keeps a comment from being judged is answered with "hold
it", and only who is not the site's Coral is refused.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from moderation.domain.policy import Decision
from moderation.domain.scores import LABELS
from moderation.domain.statuses import PUBLISHED, REJECTED
from moderation.errors import Malformed, Unavailable
from moderation.importers.html_markdown import to_markdown
from moderation.services.answer_coral import CoralComment
from moderation.services.score_texts import TEXT_MAX
from moderation.web.auth import access
from moderation.web.context import services
from moderation.web.json_body import read_json

blueprint = Blueprint("coral", __name__)

_HELD = "SYSTEM_WITHHELD"
_STATUS = {REJECTED: "REJECTED"}
_TOXIC = {"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}
_SPAM = {"actionType": "FLAG", "reason": "COMMENT_DETECTED_SPAM"}


@blueprint.route("/coral/<site>", methods=["POST"])
@access("public")
def moderate(site: str) -> Response:
    """Answer one comment by the site's policy: 204 where it may be published."""
    raw = request.get_data()
    services().answer_coral.check_signature(site, raw, request.headers.get("X-Coral-Signature"))
    asked = _read(raw)
    if asked is None:
        return _hold()
    decision = services().answer_coral(site, asked)
    if decision.status == PUBLISHED:
        return Response(status=204)
    return jsonify(_answer(decision))


@blueprint.errorhandler(Unavailable)
def _unavailable(_: Unavailable) -> Response:
    return _hold()


def _hold() -> Response:
    return jsonify(status=_HELD)


def _answer(decision: Decision) -> dict[str, Any]:
    answer: dict[str, Any] = {"status": _STATUS.get(decision.status, _HELD)}
    actions = [_TOXIC] if any(code in LABELS for code in decision.reasons) else []
    actions += [_SPAM] if "links" in decision.reasons else []
    if actions:
        answer["actions"] = actions
    return answer


def _read(raw: bytes) -> CoralComment | None:
    """The fields that count; None where the text is missing or too long to be scored."""
    try:
        body = read_json(raw)
    except Malformed:
        return None
    sent = body if isinstance(body, dict) else {}
    comment, author, story = (_object(sent, name) for name in ("comment", "author", "story"))
    if not isinstance(comment.get("body"), str):
        return None
    text = to_markdown(_text(comment, "body"))
    if len(text) > TEXT_MAX:
        return None
    return CoralComment(text, _text(author, "id"), _text(story, "url"))


def _object(sent: dict[str, Any], name: str) -> dict[str, Any]:
    value = sent.get(name)
    return value if isinstance(value, dict) else {}


def _text(sent: dict[str, Any], name: str) -> str:
    """A field without half characters and NUL, which no database holds."""
    value = sent.get(name)
    if not isinstance(value, str):
        return ""
    return (
        value.encode("utf-16-le", "surrogatepass")
        .decode("utf-16-le", "replace")
        .replace("\x00", "")
    )
