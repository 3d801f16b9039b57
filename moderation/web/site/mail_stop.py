"""The page on which an author stops mail: looking changes nothing, one click does.

Mail programs may post to it themselves (RFC 8058), so it takes a post without a token of
its own; the address is the credential.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from moderation.reader_texts import teller, words
from moderation.web.auth import access
from moderation.web.context import services
from moderation.web.site.readers_language import readers_language
from moderation.web.site.receipt_page import POLICY

blueprint = Blueprint("mail_stop", __name__)


@blueprint.route("/mail/stop/<token>", methods=["GET"])
@access("public")
def ask(token: str) -> Response:
    """Ask whether mail should stop."""
    services().stop_mail.check(token)
    return _page(stopped=False)


@blueprint.route("/mail/stop/<token>", methods=["POST"])
@access("public")
def stop(token: str) -> Response:
    """Send no more mail to this author."""
    services().stop_mail(token)
    return _page(stopped=True)


def _page(*, stopped: bool) -> Response:
    language = readers_language()
    html = render_template(
        "site/mail_stop.html",
        stopped=stopped,
        language=language,
        direction=words(language)["dir"],
        say=teller(language, "mail"),
    )
    answer = make_response(html)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
