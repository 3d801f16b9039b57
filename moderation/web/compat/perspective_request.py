"""Requests of Perspective's clients, read field by field."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeGuard

from moderation.errors import Malformed
from moderation.web.compat.perspective_errors import PerspectiveError
from moderation.web.compat.sentences import utf16_units
from moderation.web.json_body import read_json

TEXT_MAX_BYTES = 20_480
_TAG = re.compile(r"<[^<>]*>")
_VERSION = re.compile(r"(?:_EXPERIMENTAL)?(?:@\w+)?\Z")
_PROBABILITY = (None, "", "PROBABILITY", "SCORE_TYPE_UNSPECIFIED")

LABEL_OF = {
    "TOXICITY": "toxicity",
    "SEVERE_TOXICITY": "severe_toxicity",
    "IDENTITY_ATTACK": "identity_attack",
    "INSULT": "insult",
    "PROFANITY": "obscene",
    "OBSCENE": "obscene",
    "THREAT": "threat",
    "SEXUALLY_EXPLICIT": "sexual_explicit",
}


@dataclass(frozen=True)
class Analyze:
    """What ``comments:analyze`` asks for.

    Attributes:
        text: with HTML tags blanked, so that offsets stay those of the client's text.
        thresholds: attribute as sent to the least score that is answered.
    """

    text: str
    thresholds: Mapping[str, float]
    by_sentence: bool
    drop_unsupported: bool
    client_token: str | None


def label_of(attribute: str) -> str | None:
    """Detoxify's label behind an attribute's name, whatever its version suffix."""
    return LABEL_OF.get(_VERSION.sub("", attribute, count=1))


def read_body(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body, whatever its declared type.

    Raises:
        PerspectiveError: it is not one.
    """
    try:
        body = read_json(raw)
    except Malformed as error:
        raise PerspectiveError(error.message, "INVALID_REQUEST") from None
    if not isinstance(body, dict):
        _refuse("The body must be a JSON object.")
    return body


def read_analyze(body: Mapping[str, Any]) -> Analyze:
    """Check an analyze request.

    Raises:
        PerspectiveError: naming the first bad field.
    """
    text = read_text(body)
    wanted = body.get("requestedAttributes")
    if wanted is None or wanted == {}:
        raise PerspectiveError("No requested attributes.", "NO_REQUESTED_ATTRIBUTES")
    if not isinstance(wanted, dict):
        _refuse("requestedAttributes must be an object.")
    languages = body.get("languages")
    if languages is not None and not (
        isinstance(languages, list) and all(isinstance(one, str) for one in languages)
    ):
        _refuse("languages must be a list of language codes.")
    _flag(body, "doNotStore")
    return Analyze(
        text=text,
        thresholds={name: _threshold(name, asked) for name, asked in wanted.items()},
        by_sentence=_flag(body, "spanAnnotations"),
        drop_unsupported=_flag(body, "dropUnsupportedAttributes"),
        client_token=read_client_token(body),
    )


def read_text(body: Mapping[str, Any]) -> str:
    """The comment's text.

    Raises:
        PerspectiveError: missing, empty, too long or not text.
    """
    comment = body.get("comment")
    if not isinstance(comment, dict):
        raise PerspectiveError("comment must be given.", "COMMENT_EMPTY")
    text, kind = comment.get("text"), comment.get("type")
    if text is not None and not isinstance(text, str):
        _refuse("comment.text must be text.")
    if not text or not text.strip():
        raise PerspectiveError("comment.text is empty.", "COMMENT_EMPTY")
    if kind not in (None, "", "TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML"):
        _refuse("comment.type must be PLAIN_TEXT or HTML.")
    # A lone surrogate becomes U+FFFD, which is as long in UTF-16.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if len(text.encode()) > TEXT_MAX_BYTES:
        message = f"Comment text too long: at most {TEXT_MAX_BYTES} bytes."
        raise PerspectiveError(message, "COMMENT_TOO_LONG")
    if kind != "HTML":
        return text
    bare = _TAG.sub(lambda tag: " " * utf16_units(tag[0]), text)
    if not bare.strip():
        raise PerspectiveError("comment.text has nothing but tags.", "COMMENT_EMPTY")
    return bare


def read_suggested(body: Mapping[str, Any]) -> dict[str, float]:
    """Attribute to suggested score.

    Raises:
        PerspectiveError: missing, or not a score of 0 to 1.
    """
    sent = body.get("attributeScores")
    if not isinstance(sent, dict) or not sent:
        _refuse("attributeScores must name at least one attribute.")
    return {name: _suggested(name, scores) for name, scores in sent.items()}


def read_client_token(body: Mapping[str, Any]) -> str | None:
    """The client's own mark, given back with the answer."""
    token = body.get("clientToken")
    if token is not None and not isinstance(token, str):
        _refuse("clientToken must be text.")
    return token


def unsupported(attribute: str) -> PerspectiveError:
    """The refusal of an attribute that the loaded model does not have."""
    message = f"Attribute {attribute[:100]} is not supported by this server's model."
    return PerspectiveError(message, "INVALID_REQUEST")


def _suggested(name: str, scores: Any) -> float:
    if label_of(name) is None:
        raise unsupported(name)
    summary = scores.get("summaryScore") if isinstance(scores, dict) else None
    value = summary.get("value") if isinstance(summary, dict) else None
    # Clients whose JSON leaves zeros out send a summaryScore without a value.
    if isinstance(summary, dict) and value is None:
        value = 0
    if not _is_share(value):
        _refuse(f"attributeScores.{name}.summaryScore.value must be 0 to 1.")
    return float(value)


def _threshold(name: str, asked: Any) -> float:
    if asked is None:
        return 0.0
    if not isinstance(asked, dict):
        _refuse(f"requestedAttributes.{name[:100]} must be an object.")
    if asked.get("scoreType") not in _PROBABILITY:
        _refuse(f"requestedAttributes.{name[:100]}.scoreType must be PROBABILITY.")
    value = asked.get("scoreThreshold", 0)
    if not _is_share(value):
        _refuse(f"requestedAttributes.{name[:100]}.scoreThreshold must be 0 to 1.")
    return float(value)


def _flag(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        _refuse(f"{name} must be true or false.")
    return bool(value)


def _is_share(value: Any) -> TypeGuard[float]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and 0 <= value <= 1


def _refuse(message: str) -> NoReturn:
    raise PerspectiveError(message, "INVALID_REQUEST")
