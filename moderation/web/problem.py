"""Problem documents (RFC 9457): every code that a client can meet, and their one shape.

A code is added here first; the page at ``/docs`` and the tests read this table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

import marshmallow as ma
from flask import Response, current_app, g, json

from moderation.web.field_errors import LONGEST_NAME, MOST_FIELDS
from moderation.web.request_id import request_id
from moderation.web.text import readable

PROBLEM_TYPE = "application/problem+json"


class ProblemKind(NamedTuple):
    """What a code stands for.

    Attributes:
        status: HTTP status it is answered with.
        title: the same short words each time.
        meaning: one sentence for the documentation, and the detail where none is given.
    """

    status: int
    title: str
    meaning: str


PROBLEMS: dict[str, ProblemKind] = {
    "malformed": ProblemKind(400, "Malformed request", "The request cannot be read."),
    "unauthenticated": ProblemKind(
        401, "Not signed in", "No credential, or one that is unknown, expired or revoked."
    ),
    "bad_credentials": ProblemKind(
        401, "Wrong email or password", "The email and password do not belong together."
    ),
    "forbidden": ProblemKind(403, "Not allowed", "This credential may not do that."),
    "csrf": ProblemKind(
        403,
        "CSRF token missing or wrong",
        "A change made with the session cookie needs the header X-CSRFToken "
        "or the form field csrf_token.",
    ),
    "not_found": ProblemKind(
        404, "Not found", "There is no such thing, or it is not yours; both are answered alike."
    ),
    "method_not_allowed": ProblemKind(
        405, "Method not allowed", "The header Allow lists the methods of this address."
    ),
    "request_timeout": ProblemKind(408, "Request took too long", "The body came too slowly."),
    "conflict": ProblemKind(409, "Conflict", "The present state does not allow it."),
    "duplicate": ProblemKind(
        409, "Duplicate comment", "The same author has sent the same text to this page already."
    ),
    "page_closed": ProblemKind(409, "Page closed", "This page takes no more comments."),
    "parent_unavailable": ProblemKind(
        409, "Parent unavailable", "The comment replied to is not there or not published."
    ),
    "stale": ProblemKind(
        409, "Changed in the meantime", "The version sent is not the present one; read it again."
    ),
    "claimed": ProblemKind(409, "Claimed by somebody else", "Another reviewer holds this item."),
    "illegal_transition": ProblemKind(
        409, "Not possible from here", "The comment's present status does not allow this."
    ),
    "edit_closed": ProblemKind(
        409,
        "No longer editable",
        "The edit window is over, or the comment is not in a status for it.",
    ),
    "appeal_closed": ProblemKind(
        409,
        "No appeal possible",
        "Only a rejected comment can be appealed, and only once.",
    ),
    "text_removed": ProblemKind(
        409,
        "Text no longer kept",
        "The text of what is not published is kept for the site's time only.",
    ),
    "own_rejection": ProblemKind(
        409,
        "Against your own decision",
        "The author appealed against this reviewer's rejection; somebody else decides.",
    ),
    "erased": ProblemKind(
        409, "Erased", "The comment was erased at its author's wish; whose it was is not known."
    ),
    "undo_expired": ProblemKind(409, "Too late to undo", "The time for undoing this has passed."),
    "site_exists": ProblemKind(409, "Site exists", "Another site has this slug."),
    "user_exists": ProblemKind(409, "User exists", "Somebody has this email address already."),
    "last_admin": ProblemKind(
        409, "Last admin", "The only active admin cannot be removed or made less."
    ),
    "idempotency_mismatch": ProblemKind(
        409, "Key used before", "This Idempotency-Key came before with a different body."
    ),
    "not_enough_decisions": ProblemKind(
        409, "Not enough decisions", "There are too few decisions to work this out from."
    ),
    "other_model": ProblemKind(
        409, "Made with another model", "This calibration does not fit the model that is loaded."
    ),
    "rescore_first": ProblemKind(
        409,
        "Scores of another model",
        "Comments of the period have scores of another model than the one that is loaded.",
    ),
    "webhook_limit": ProblemKind(
        409, "Too many webhooks", "This site has as many webhooks as one may have."
    ),
    "webhook_paused": ProblemKind(
        409, "Webhook paused", "A paused webhook is sent nothing; make it active first."
    ),
    "out_of_reach": ProblemKind(
        409, "Out of reach", "No threshold gives what is wanted; the detail names the nearest."
    ),
    "precondition_failed": ProblemKind(
        412, "Precondition failed", "If-Match does not name the present version."
    ),
    "too_large": ProblemKind(413, "Too large", "The body is larger than this service takes."),
    "uri_too_long": ProblemKind(414, "Address too long", "The request line is too long."),
    "unsupported_media_type": ProblemKind(
        415, "Unsupported media type", "The Content-Type is not one that this address takes."
    ),
    "invalid": ProblemKind(
        422, "Invalid input", "Some fields are not acceptable; errors says which and why."
    ),
    "precondition_required": ProblemKind(
        428, "Precondition required", "This change needs the header If-Match."
    ),
    "rate_limited": ProblemKind(
        429, "Too many requests", "Wait for the seconds that Retry-After names."
    ),
    "flood": ProblemKind(
        429, "Too many comments", "Too many comments came from there in a short time."
    ),
    "internal": ProblemKind(
        500, "Internal error", "Something went wrong here; the request_id finds it in the log."
    ),
    "unavailable": ProblemKind(
        503, "Not available now", "The store cannot write now, or a wait ran out; try later."
    ),
    "scoring_unavailable": ProblemKind(
        503, "Scoring not available now", "No score can be had now; try later."
    ),
}


class ProblemSchema(ma.Schema):
    """The error body, for the documentation."""

    type = ma.fields.String(required=True, metadata={"format": "uri"})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    code = ma.fields.String(
        required=True, metadata={"description": "What clients match on; see the table of codes."}
    )
    request_id = ma.fields.String(required=True)
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.String()),
        metadata={"description": "For invalid input: field to messages, nested names dotted."},
    )


def problem_response(
    code: str,
    *,
    status: int | None = None,
    detail: str | None = None,
    fields: Mapping[str, Sequence[str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build the answer to a failed request.

    Args:
        code: a key of ``PROBLEMS``, or a code that a service made up, with its status.
        status: overrides the table's status.
        detail: one sentence about this occurrence; the code's meaning otherwise.
        fields: field to messages, for invalid input.
        headers: extra response headers.
    """
    g.problem_code = code
    status = status or (PROBLEMS[code].status if code in PROBLEMS else 500)
    kind = PROBLEMS.get(code) or ProblemKind(status, HTTPStatus(status).phrase, "")
    body: dict[str, Any] = {
        "type": f"{current_app.config.get('BASE_URL', '')}/docs#error-{code}",
        "title": kind.title,
        "status": status,
        "detail": readable(detail or kind.meaning),
        "code": code,
        "request_id": request_id(),
    }
    if fields:
        body["errors"] = bounded_fields(fields)
    return Response(
        json.dumps(body), status=status, headers=dict(headers or {}), content_type=PROBLEM_TYPE
    )


def bounded_fields(fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Field errors of a size and in characters that are safe to send back."""
    return {
        readable(name)[:LONGEST_NAME]: [readable(message) for message in messages]
        for name, messages in list(fields.items())[:MOST_FIELDS]
    }
