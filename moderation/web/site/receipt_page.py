"""The receipt for people: where an own comment stands and what can be done about it.

Plain forms, no script and no cookie: the address itself is the credential, so a change
needs nothing that another site's page could borrow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from moderation.errors import Conflict, InvalidInput, ModerationError
from moderation.reader_texts import teller, words
from moderation.services.appeal_rejection import MESSAGE_MAX
from moderation.web.auth import access
from moderation.web.context import services
from moderation.web.errors import status_of
from moderation.web.form_body import read_form
from moderation.web.markup import render_body
from moderation.web.site.readers_language import readers_language

blueprint = Blueprint("receipt_page", __name__)

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# What a mistake in the form itself is told in; the rest of the page has the reader's words.
_ACTIONS: Final = "Must be edit, withdraw, appeal or erase."


@blueprint.route("/receipts/<token>", methods=["GET"])
@access("public")
def show(token: str) -> Response:
    """The state of the comment; nothing changes by looking."""
    return _page(token)


@blueprint.route("/receipts/<token>", methods=["POST"])
@access("public")
def act(token: str) -> Response:
    """Edit, withdraw, appeal or erase, then back to the state."""
    form = read_form(request.get_data())
    try:
        _do(token, form.get("action", ""), form)
    except (Conflict, InvalidInput) as error:
        return _page(token, error, form)
    language = request.args.get("lang")
    answer = redirect(url_for("receipt_page.show", token=token, lang=language), 303)
    answer.headers["Cache-Control"] = "no-store"
    return make_response(answer)


def _do(token: str, action: str, form: dict[str, str]) -> None:
    if action == "edit":
        services().edit_comment(token, form.get("body", ""))
    elif action == "withdraw":
        services().withdraw_comment(token)
    elif action == "appeal":
        services().appeal_rejection(token, form.get("message", ""))
    elif action == "erase":
        services().erase_comment(token)
    else:
        raise InvalidInput({"action": [_ACTIONS]})


def _page(
    token: str, error: ModerationError | None = None, form: dict[str, str] | None = None
) -> Response:
    """The page, with what went wrong and what was typed where a change failed."""
    view = services().read_receipt(token)
    typed = form or {}
    language = readers_language()
    say = teller(language, "receipt_page")
    html = render_template(
        "site/receipt.html",
        view=view,
        language=language,
        direction=words(language)["dir"],
        say=say,
        reasons=words(language)["reasons"],
        body_html=render_body(view.body),
        typed=typed.get("body", view.body),
        said=typed.get("message", ""),
        message_max=MESSAGE_MAX,
        problem=_problem(say, error, view.body_max) if error else None,
        export_url=url_for("receipts.export", token=token),
    )
    answer = make_response(html, (status_of(error) or 500) if error else 200)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _problem(say: Callable[..., str], error: ModerationError, body_max: int) -> str:
    """What went wrong, in the page's language."""
    if "action" in error.fields:
        return _ACTIONS
    if error.fields:
        most = MESSAGE_MAX if "message" in error.fields else body_max
        return say("problem", "invalid", n=str(most))
    known = error.code in ("appeal_closed", "duplicate", "edit_closed", "stale")
    return say("problem", error.code if known else "other")
