"""The receipt for people: where an own comment stands and what can be done about it.

Plain forms, no script and no cookie: the address itself is the credential, so a change
needs nothing that another site's page could borrow.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from moderation.errors import Conflict, InvalidInput, ModerationError
from moderation.services.appeal_rejection import MESSAGE_MAX
from moderation.web.auth import access
from moderation.web.context import services
from moderation.web.errors import status_of
from moderation.web.form_body import read_form
from moderation.web.markup import render_body

blueprint = Blueprint("receipt_page", __name__)

POLICY: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_TITLES: Final = {
    "pending": "Your comment is being checked",
    "published": "Your comment is published",
    "queued": "Your comment is waiting for review",
    "rejected": "Your comment was not published",
    "withdrawn": "You withdrew your comment",
    "erased": "Your comment is erased",
}
_LEADS: Final = {
    "pending": "It appears, or goes to a person, as soon as the program has read it.",
    "published": "Everyone can read it on its page.",
    "queued": "A person will read it and decide.",
    "rejected": "Nobody but the site's moderators can see it.",
    "withdrawn": "It is shown to nobody and will not be reviewed.",
    "erased": "Your name, email address, network address and text are removed.",
}


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
    answer = redirect(url_for("receipt_page.show", token=token), 303)
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
        raise InvalidInput({"action": ["Must be edit, withdraw, appeal or erase."]})


def _page(
    token: str, error: ModerationError | None = None, form: dict[str, str] | None = None
) -> Response:
    """The page, with what went wrong and what was typed where a change failed."""
    view = services().read_receipt(token)
    typed = form or {}
    faults = [text for texts in error.fields.values() for text in texts] if error else []
    html = render_template(
        "site/receipt.html",
        view=view,
        title=_TITLES[view.status],
        lead=_LEADS[view.status],
        body_html=render_body(view.body),
        typed=typed.get("body", view.body),
        said=typed.get("message", ""),
        message_max=MESSAGE_MAX,
        problem=(" ".join(faults) or error.message) if error else None,
        export_url=url_for("receipts.export", token=token),
    )
    answer = make_response(html, (status_of(error) or 500) if error else 200)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer
