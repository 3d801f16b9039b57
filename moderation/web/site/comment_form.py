"""A plain HTML form's comment: taken, and back to the page that it came from.

What became of the comment stands in the address's fragment: ``#comment-ID`` once it is
published, else ``#comment-queued``, ``#comment-pending`` or ``#comment-rejected``. A
fragment is sent to no server and makes no second page of the first; a style sheet can
show a message by it (``:target``). The receipt's token never stands in a page's address.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, current_app, make_response, redirect

from moderation.domain.statuses import PUBLISHED, QUEUED
from moderation.domain.submission import Draft
from moderation.errors import (
    Conflict,
    InvalidInput,
    ModerationError,
    TooManyRequests,
    Unavailable,
)
from moderation.services.views import SubmissionAnswer
from moderation.web.auth import access
from moderation.web.site import posted_form
from moderation.web.site.posted_form import FormPage

blueprint = Blueprint("comment_form", __name__)

HONEYPOT: Final = "comment_hp"
_FIELDS: Final = ("name", "email", "website", "body")
_CARRIED: Final = ("page_url", "page_title", "parent_id", "then")


@blueprint.route("/sites/<site>/comments", methods=["POST"])
@access("public")
def take(site: str) -> Response:
    """Take a comment and lead back to its page, or show the form with its errors."""
    origins = posted_form.site_origins(site)
    form = posted_form.read_site_form()
    sent = {name: form.get(name, "") for name in (*_FIELDS, *_CARRIED)}
    page = sent["page_url"] or posted_form.referring_page(origins) or ""
    draft = Draft(
        sent["name"],
        sent["email"],
        sent["body"],
        page,
        sent["page_title"] or None,
        sent["website"] or None,
        sent["parent_id"] or None,
        honeypot=bool(form.get(HONEYPOT)),
    )
    try:
        answer = posted_form.submit(site, draft)
    except (Conflict, InvalidInput, TooManyRequests, Unavailable) as error:
        shown = _again(error, {**sent, "page_url": page}, posted_form.own_page(page, origins))
        return posted_form.failed(shown, origins, error)
    return _back(answer, receipt=sent["then"] == "receipt", trapped=draft.honeypot)


def _back(answer: SubmissionAnswer, *, receipt: bool, trapped: bool) -> Response:
    if receipt:
        onward = f"{current_app.config['BASE_URL']}/receipts/{answer.receipt_token}"
    elif answer.status == PUBLISHED:
        onward = f"{answer.page_url}#comment-{answer.id}"
    else:
        # Whoever fills in what people do not see is not told that it was noticed.
        onward = f"{answer.page_url}#comment-{QUEUED if trapped else answer.status}"
    response = make_response(redirect(onward, 303))
    response.headers["Cache-Control"] = "no-store"
    return response


def _again(error: ModerationError, sent: dict[str, str], page: str | None) -> FormPage:
    errors = dict(error.fields)
    stray = [text for name in errors if name not in _FIELDS for text in errors[name]]
    if "page_url" in errors:
        stray = ["The form does not say for which page of this site it is."]
    return FormPage(
        title="Your comment is not sent yet",
        problem=" ".join(stray) or ("Please look at the fields." if errors else error.message),
        names={name: name for name in _FIELDS},
        typed=sent,
        carried=_CARRIED,
        errors=errors,
        page=page,
    )
