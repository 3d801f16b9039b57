"""What site pages call: sending a comment, showing a page's comments, counting them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, request

from moderation.domain.principals import ANONYMOUS
from moderation.domain.statuses import PENDING
from moderation.domain.submission import Draft, clean_text
from moderation.domain.thread_order import Entry
from moderation.errors import NotFound
from moderation.services.submit_comment import Request
from moderation.services.views import SubmissionAnswer
from moderation.web.api import comment_schemas as schemas
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.conditional import etag_header, etag_of, not_modified
from moderation.web.api.cursors import make_cursor, read_cursor
from moderation.web.api.idempotency import idempotency_key
from moderation.web.auth import access, current_principal
from moderation.web.client_address import client_key, client_network
from moderation.web.context import services
from moderation.web.cors import site_cors
from moderation.web.limits import PREVIEW, PUBLIC_SUBMISSION, spend
from moderation.web.markup import render_body

blueprint = Blueprint(
    "comments",
    __name__,
    url_prefix="/api/v1/sites/<site>",
    description="For site pages: send a comment, show a page's comments, count them.",
)


@blueprint.route("/comments", methods=["POST"])
@site_cors
@access("public")
@blueprint.arguments(schemas.Submission, location="json_or_form")
@blueprint.response(201, schemas.SubmissionAnswer)
@blueprint.alt_response(202, schema=schemas.SubmissionAnswer, description="Scoring is put off")
@blueprint.problems(403, 404, 409, 429, 503)
def submit(sent: dict[str, Any], site: str) -> tuple[dict[str, Any], int]:
    """Send a comment.

    It is checked, scored on this machine, and published, queued for a person, or
    rejected. With an Idempotency-Key the same request can be sent again safely.
    """
    principal = current_principal()
    if principal is ANONYMOUS:
        spend(PUBLIC_SUBMISSION, client_key(request))
    answer = services().submit_comment(
        Request(site, Draft(**sent), principal, client_network(request), idempotency_key())
    )
    return submission_form(answer), 202 if answer.status == PENDING else 201


@blueprint.route("/comments", methods=["GET"])
@site_cors
@access("public")
@blueprint.arguments(schemas.ThreadQuery, location="query")
@blueprint.response(200, schemas.Thread)
@blueprint.problems(404, 503)
@blueprint.may_be_unchanged
def show(query: dict[str, Any], site: str) -> Any:
    """A page's published comments, by time; with ``threaded=1`` conversations stay together."""
    page = _conversations(query, site) if query["threaded"] == "1" else _by_time(query, site)
    tag = etag_of(page)
    return not_modified(tag) or (page, 200, etag_header(tag))


def _by_time(query: dict[str, Any], site: str) -> dict[str, Any]:
    newest = query["order"] == "newest"
    after = read_cursor(query["cursor"], f"thread-{query['order']}", (datetime, str))
    thread = services().show_comments.thread(
        site,
        query["page_url"],
        newest=newest,
        after=(after[0], after[1]) if after else None,
        limit=query["limit"],
    )
    return {
        "items": [schemas.public_form(comment) for comment in thread.items],
        "next_cursor": make_cursor(f"thread-{query['order']}", thread.next_after),
        "count": thread.count,
    }


def _conversations(query: dict[str, Any], site: str) -> dict[str, Any]:
    name = f"threaded-{query['order']}"
    after = read_cursor(query["cursor"], name, (str, str))
    thread = services().show_thread(
        site,
        query["page_url"],
        newest=query["order"] == "newest",
        after=Entry(*after) if after else None,
        limit=query["limit"],
    )
    return {
        "items": [
            {**schemas.public_form(entry.comment), "root_id": entry.root_id}
            for entry in thread.entries
        ],
        "next_cursor": make_cursor(name, thread.next_after),
        "count": thread.count,
        "closed": thread.closed,
        "body_max": thread.body_max,
    }


@blueprint.route("/counts", methods=["GET"])
@site_cors
@access("public")
@blueprint.arguments(schemas.CountsQuery, location="query")
@blueprint.response(200, schemas.Counts)
@blueprint.problems(404, 503)
def count(query: dict[str, list[str]], site: str) -> dict[str, Any]:
    """How many published comments each page has."""
    return {"counts": services().show_comments.counts(site, query["page_url"])}


@blueprint.route("/comments/preview", methods=["POST"])
@site_cors
@access("public")
@blueprint.arguments(schemas.PreviewRequest, location="json_or_form")
@blueprint.response(200, schemas.PreviewAnswer)
@blueprint.problems(404, 429, 503)
def preview(sent: dict[str, str], site: str) -> dict[str, str]:
    """A text as it would look, by the same renderer; nothing is stored."""
    spend(PREVIEW, client_key(request))
    if services().sites.origins_of(site) is None:
        raise NotFound("No such site.")
    return {"body_html": render_body(clean_text(sent["body"]))}


def submission_form(answer: SubmissionAnswer) -> dict[str, Any]:
    """What the writer of a comment is told at once."""
    token = answer.receipt_token
    return {
        "id": answer.id,
        "status": answer.status,
        "created_at": answer.created_at,
        "page_url": answer.page_url,
        "parent_id": answer.parent_id,
        "reasons": list(answer.reasons),
        "receipt": {"token": token, "url": f"{current_app.config['BASE_URL']}/receipts/{token}"},
        "comment": schemas.public_form(answer.comment) if answer.comment else None,
    }
