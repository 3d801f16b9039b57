"""A plain HTML form's comment: taken, and back to the page that it came from.

What became of the comment stands in the address's fragment: ``#comment-ID`` once it is
published, else ``#comment-queued``, ``#comment-pending`` or ``#comment-rejected``. A
fragment is sent to no server and makes no second page of the first; a style sheet can
show a message by it (``:target``). The receipt's token never stands in a page's address.
"""

from __future__ import annotations

import re
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
from moderation.reader_texts import DEFAULT, teller, words
from moderation.services.views import SubmissionAnswer
from moderation.web.auth import access
from moderation.web.site import posted_form
from moderation.web.site.posted_form import FormPage
from moderation.web.site.readers_language import readers_language

blueprint = Blueprint("comment_form", __name__)

HONEYPOT: Final = "comment_hp"
_FIELDS: Final = ("name", "email", "website", "body")
_AT_MOST: Final = re.compile(r"At most (\d+) characters")
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
    language = readers_language()
    say, errors = teller(language, "form_page"), dict(error.fields)
    stray = [text for name in errors if name not in _FIELDS for text in errors[name]]
    if "page_url" in errors:
        stray = [say("which_page")]
    return FormPage(
        title=say("title"),
        problem=" ".join(stray) or (say("look") if errors else _refusal(error, language)),
        names={name: name for name in _FIELDS},
        typed=sent,
        carried=_CARRIED,
        errors={
            name: _fault(name, texts, language) for name, texts in errors.items() if name in _FIELDS
        },
        page=page,
        language=language,
    )


def _refusal(error: ModerationError, language: str) -> str:
    """Why the whole is not taken; the English sentences are the service's own."""
    if language == DEFAULT:
        return error.message
    known = words(language)["refused"]
    return str(known.get(error.code, known["unavailable"]))


def _fault(field: str, texts: list[str], language: str) -> list[str]:
    """What is wrong with a field, in the reader's words."""
    if language == DEFAULT:
        return texts
    say = teller(language)
    # How long a text may be is the site's to say, and stands in no other place here.
    most = _AT_MOST.match(texts[0])
    return [say("too_long", n=most[1]) if most else say("faults", field)]
