"""Reporting a comment without a script: a page with the form that the embed opens in place."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request

from moderation.domain.submission import clean_text
from moderation.errors import InvalidInput, TooManyRequests, Unavailable
from moderation.reader_texts import nearest, teller, words
from moderation.services.report_comment import Report
from moderation.services.show_comments import PublicPlace
from moderation.web.api.comment_schemas import REPORT_NOTE_MAX
from moderation.web.auth import access
from moderation.web.client_address import client_key
from moderation.web.context import services
from moderation.web.errors import retry_headers, status_of
from moderation.web.foreign_pages import refuse_foreign_page
from moderation.web.limits import REPORT, spend
from moderation.web.markup import render_body
from moderation.web.site import posted_form
from moderation.web.site.thread_page import frame_policy

blueprint = Blueprint("report_page", __name__)

REASONS: Final = ("abuse", "spam", "privacy", "other")
_THEMES: Final = ("light", "dark")


@blueprint.route("/sites/<site>/comments/<comment_id>/report", methods=["GET"])
@access("public")
def show(site: str, comment_id: str) -> Response:
    """The comment and the form."""
    return _page(site, services().show_comments.one(site, comment_id))


@blueprint.route("/sites/<site>/comments/<comment_id>/report", methods=["POST"])
@access("public")
def take(site: str, comment_id: str) -> Response:
    """Store the report by the rules of the API's and say thanks.

    There is no address of the thanks to be led to: the report may have taken the comment,
    and so this address, from the public.
    """
    place = services().show_comments.one(site, comment_id)
    refuse_foreign_page(place.origins)
    form = posted_form.read_site_form()
    try:
        _store(site, comment_id, form.to_dict())
    except (InvalidInput, TooManyRequests, Unavailable) as error:
        answer = _page(site, place, form.to_dict(), "faults" if error.fields else "refused")
        answer.status_code = status_of(error) or 500
        answer.headers.update(retry_headers(answer.status_code, error.retry_after_s))
        return answer
    return _page(site, place, done=True)


def _store(site: str, comment_id: str, form: dict[str, str]) -> None:
    reporter = client_key(request)
    spend(REPORT, reporter)
    reason, note = form.get("reason", ""), clean_text(form.get("note", ""))
    if reason not in REASONS:
        raise InvalidInput({"reason": [f"Must be one of {', '.join(REASONS)}."]})
    if len(note) > REPORT_NOTE_MAX:
        raise InvalidInput({"note": [f"At most {REPORT_NOTE_MAX} characters."]})
    services().report_comment(Report(site, comment_id, reason, note or None, reporter))


def _page(
    site: str,
    place: PublicPlace,
    typed: dict[str, str] | None = None,
    problem: str | None = None,
    *,
    done: bool = False,
) -> Response:
    """The page.

    Args:
        typed: what was sent, where it was not taken.
        problem: ``faults`` where a field is wrong, ``refused`` where something else is.
        done: whether the report is stored.
    """
    typed = typed or {}
    language = nearest(request.args.get("lang"))
    theme = request.args.get("theme", "")
    thread = {"page_url": place.page_url, "lang": language, "theme": theme}
    onward = urlencode({name: value for name, value in thread.items() if value})
    html = render_template(
        "site/report.html",
        comment=place.comment,
        body_html=render_body(place.comment.body),
        back=f"/sites/{site}/thread?{onward}#comment-{place.comment.id}",
        done=done,
        say=teller(language),
        language=language,
        theme=theme if theme in _THEMES else "",
        reasons=REASONS,
        note_max=REPORT_NOTE_MAX,
        typed=typed,
        problem=_problem(language, typed, problem),
    )
    answer = make_response(html)
    answer.headers["Content-Security-Policy"] = frame_policy(place.origins)
    return answer


def _problem(language: str, typed: dict[str, str], problem: str | None) -> str | None:
    say = teller(language)
    if problem == "refused":
        return str(words(language)["refused"]["unavailable"])
    if problem == "faults":
        told = typed.get("reason") in REASONS
        return say("too_long", n=str(REPORT_NOTE_MAX)) if told else say("report_title")
    return None
