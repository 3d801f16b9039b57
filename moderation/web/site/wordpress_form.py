"""The comment form of a WordPress theme, unchanged: ``wp-comments-post.php``.

Fields, statuses, texts and redirects are those of WordPress 6
(https://developer.wordpress.org/reference/functions/wp_handle_comment_submission/), so
that a theme and its readers notice nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode, urljoin

from flask import Blueprint, Response, current_app, make_response, redirect
from werkzeug.datastructures import MultiDict

from moderation.domain.ids import is_id
from moderation.domain.normalise import visible
from moderation.domain.statuses import PENDING, QUEUED
from moderation.domain.submission import Draft
from moderation.domain.web_addresses import BadAddress, website
from moderation.errors import (
    Conflict,
    InvalidInput,
    ModerationError,
    TooManyRequests,
    Unavailable,
)
from moderation.services.views import SubmissionAnswer
from moderation.web.auth import access
from moderation.web.context import services
from moderation.web.errors import status_of
from moderation.web.site import posted_form
from moderation.web.site.comment_form import HONEYPOT
from moderation.web.site.posted_form import FormPage
from moderation.web.site.wordpress_cookies import CONSENT, remember_reader, wanted_siteurl

blueprint = Blueprint("wordpress_form", __name__)

_NAMES: Final = {"name": "author", "email": "email", "website": "url", "body": "comment"}
_CARRIED: Final = ("comment_post_ID", "comment_parent", "redirect_to", CONSENT, "page_url")
_HONEYPOTS: Final = (HONEYPOT, "ak_hp_textarea")
_CONFLICTS: Final = {
    "page_closed": (403, "Sorry, comments are closed for this item."),
    "parent_unavailable": (403, "Sorry, replies to unapproved comments are not allowed."),
    "duplicate": (
        409,
        "Duplicate comment detected; it looks as though you’ve already said that!",
    ),
}
_NOT_ACCEPTABLE: Final = {
    "name": "Error: Your name is too long.",
    "body": "Error: Your comment is too long.",
}


@blueprint.route("/sites/<site>/wp-comments-post.php", methods=["POST"])
@access("public")
def take(site: str) -> Response:
    """Take a comment as WordPress does."""
    origins = posted_form.site_origins(site)
    siteurl = wanted_siteurl(origins)
    form = posted_form.read_site_form()
    page = _page(site, form, origins)
    draft = Draft(
        form.get("author", ""),
        form.get("email", ""),
        form.get("comment", ""),
        page or "",
        website=_website(form.get("url", "")),
        parent_id=_parent(site, form),
        honeypot=any(form.get(name) for name in _HONEYPOTS),
    )
    try:
        answer = posted_form.submit(site, draft)
    except (Conflict, InvalidInput, TooManyRequests, Unavailable) as error:
        # The form that is shown again stands on this address: what the page's own told
        # goes along.
        told = {"comment_parent": draft.parent_id or "0", "page_url": page or ""}
        return _failure(error, form.to_dict() | told, page, origins)
    held = answer.status in (QUEUED, PENDING) or draft.honeypot
    response = _onward(answer, form.get("redirect_to", ""), origins, held=held)
    if siteurl is not None:
        remember_reader(response, siteurl, form, draft.website)
    return response


def _page(site: str, form: MultiDict[str, str], origins: frozenset[str]) -> str | None:
    """The page of the post's number, else the one on which the form stood at first."""
    post_id = form.get("comment_post_ID", "").strip()
    known = services().find_post_page(site, post_id) if post_id.isalnum() else None
    carried = posted_form.own_page(form.get("page_url", ""), origins)
    return known or carried or posted_form.referring_page(origins)


def _parent(site: str, form: MultiDict[str, str]) -> str | None:
    """The comment that is replied to, by our id or by the number that it had in WordPress."""
    given = form.get("comment_parent", "").strip().removeprefix("comment-")
    linked = posted_form.replied_to()
    # Without a script the reply link's id goes through WordPress, which makes a number of it.
    if is_id(linked) and given in ("", "0", _as_number(linked)):
        return linked
    if given in ("", "0"):
        return None
    if given.isdecimal():
        return services().find_imported_comment(site, "wordpress", given) or given
    return given


def _as_number(text: str) -> str:
    """What PHP's ``intval`` makes of a text that is no number."""
    digits = re.match(r"\d*", text)
    return str(int(digits[0] or "0")) if digits else "0"


def _website(typed: str) -> str | None:
    """The author's website; one that is no address is dropped, as WordPress does."""
    address = typed.strip()
    if not address:
        return None
    try:
        return website(address if "://" in address else f"http://{address}")
    except BadAddress:
        return None


def _onward(
    answer: SubmissionAnswer, wanted: str, origins: frozenset[str], *, held: bool
) -> Response:
    page = posted_form.own_page(urljoin(answer.page_url, wanted), origins) if wanted else None
    onward = page or answer.page_url
    if held:
        query = {"unapproved": answer.id, "moderation-hash": _moderation_hash(answer.id)}
        onward += ("&" if "?" in onward else "?") + urlencode(query)
    response = make_response(redirect(f"{onward}#comment-{answer.id}", 302))
    response.headers["Cache-Control"] = "no-store"
    return response


def _moderation_hash(comment_id: str) -> str:
    """What shows a theme that the reader is the author; it opens nothing here."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"moderation-hash:{comment_id}".encode(), hashlib.sha256).hexdigest()[:32]


def _failure(
    error: ModerationError, form: Mapping[str, str], page: str | None, origins: frozenset[str]
) -> Response:
    status, text = _words(error, form)
    shown = FormPage(
        title="Comment Submission Failure",
        problem=text,
        names=_NAMES,
        typed=form,
        carried=_CARRIED,
        page=page,
    )
    return posted_form.failed(shown, origins, error, status)


def _words(error: ModerationError, form: Mapping[str, str]) -> tuple[int, str]:
    """WordPress's status and sentence for what went wrong."""
    if isinstance(error, TooManyRequests):
        return 429, "You are posting comments too quickly. Slow down."
    if error.code in _CONFLICTS:
        return _CONFLICTS[error.code]
    if "page_url" in error.fields:
        return 400, "Error: This form does not say for which post it is."
    if error.fields:
        return 200, _field_words(error.fields, form)
    return status_of(error) or 500, f"Error: {error.message}"


def _field_words(faults: Mapping[str, list[str]], form: Mapping[str, str]) -> str:
    """WordPress's sentence for the first of the fields that are wrong, in its order."""
    if any(not visible(form.get(name, "")).strip() for name in ("author", "email")):
        return "Error: Please fill the required fields."
    if "email" in faults:
        return "Error: Please enter a valid email address."
    if "body" in faults and not visible(form.get("comment", "")).strip():
        return "Error: Please type your comment text."
    known = (text for name, text in _NOT_ACCEPTABLE.items() if name in faults)
    return next(known, "Error: " + " ".join(text for texts in faults.values() for text in texts))
