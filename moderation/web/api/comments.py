"""What site pages call: sending a comment, showing a page's comments, counting them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, jsonify, request

from moderation.domain.principals import ANONYMOUS
from moderation.domain.statuses import PENDING
from moderation.domain.submission import Draft, clean_text
from moderation.domain.thread_order import Entry
from moderation.errors import NotFound
from moderation.services.report_comment import Report
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
from moderation.web.foreign_pages import refuse_foreign_page
from moderation.web.limits import PREVIEW, PUBLIC_SUBMISSION, REPORT, spend
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
@blueprint.arguments(schemas.SubmissionQuery, location="query")
@blueprint.response(201, schemas.SubmissionAnswer)
@blueprint.alt_response(200, schema=schemas.NudgeAnswer, description="Asked to reword")
@blueprint.alt_response(202, schema=schemas.SubmissionAnswer, description="Scoring is put off")
@blueprint.problems(403, 404, 409, 429, 503)
def submit(sent: dict[str, Any], query: dict[str, str], site: str) -> Any:
    """Send a comment.

    It is checked, scored on this machine, and published, queued for a person, or
    rejected. With an Idempotency-Key the same request can be sent again safely. With
    ``nudge=1``, on a site that wants it, a comment that would be held for its tone is
    answered once with the labels and not stored.
    """
    principal = current_principal()
    if principal is ANONYMOUS:
        spend(PUBLIC_SUBMISSION, client_key(request))
    wanted = Request(site, Draft(**sent), principal, client_network(request), idempotency_key())
    reasons = services().submit_comment.reword(wanted) if query["nudge"] == "1" else None
    if reasons is not None:
        return jsonify({"status": "nudge", "reasons": list(reasons)})
    answer = services().submit_comment(wanted)
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


@blueprint.route("/comments/<comment_id>/reports", methods=["POST"])
@site_cors
@access("public")
@blueprint.arguments(schemas.ReportRequest, location="json_or_form")
@blueprint.response(202, schemas.ReportAnswer)
@blueprint.problems(403, 404, 409, 429, 503)
def report(sent: dict[str, Any], site: str, comment_id: str) -> dict[str, bool]:
    """Report a published comment to the site's moderators.

    One reader counts once for a comment. With a token of the site each report counts as
    another reader's: the site knows them.
    """
    principal = current_principal()
    reporter = client_key(request) if principal is ANONYMOUS else None
    if reporter is not None:
        refuse_foreign_page(services().sites.origins_of(site) or ())
        spend(REPORT, reporter)
    note = clean_text(sent["note"] or "") or None
    reason = clean_text(sent["reason"])
    services().report_comment(
        Report(site, comment_id, reason, note, reporter, principal, idempotency_key())
    )
    return {"received": True}


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
