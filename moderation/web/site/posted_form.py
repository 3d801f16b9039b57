"""What the two plain comment forms share: reading one, finding its page, answering it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Response, current_app, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from moderation.domain.principals import ANONYMOUS
from moderation.domain.submission import Draft
from moderation.domain.web_addresses import BadAddress, page_url
from moderation.errors import ModerationError, NotFound
from moderation.reader_texts import DEFAULT, teller
from moderation.services.submit_comment import Request
from moderation.services.views import SubmissionAnswer
from moderation.web.api.request_parser import FORM_TYPE, read_body, require_readable
from moderation.web.auth import current_principal
from moderation.web.client_address import client_key, client_network
from moderation.web.context import services
from moderation.web.errors import UnsupportedMediaType, retry_headers, status_of
from moderation.web.form_body import read_form
from moderation.web.limits import PUBLIC_SUBMISSION, spend
from moderation.web.site.readers_language import readers_language

# What WordPress adds to a page's address on the way to and from its form.
_PASSING: Final = frozenset({"replytocom", "unapproved", "moderation-hash"})


@dataclass(frozen=True)
class FormPage:
    """A form shown again, with what is wrong and everything that was typed.

    Attributes:
        title: the page's heading.
        problem: what is wrong with the whole.
        errors: field of a submission to what is wrong with it.
        names: field of a submission to the form's own name for it.
        typed: what was sent, by the form's own names.
        carried: names of the fields that nobody sees and that are sent again as they were.
        page: the page that the comment is for, where it is known.
        language: of the title, the problem and the errors; all else speaks the reader's.
    """

    title: str
    problem: str
    names: Mapping[str, str]
    typed: Mapping[str, str]
    carried: Iterable[str]
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    page: str | None = None
    language: str = DEFAULT


def replied_to() -> str:
    """The comment that the Referer's ``replytocom`` names, as WordPress's links do; or ""."""
    try:
        query = urlsplit(request.headers.get("Referer", "")).query
    except ValueError:  # no address at all, such as http://[x
        return ""
    return dict(parse_qsl(query)).get("replytocom", "")


def site_origins(slug: str) -> frozenset[str]:
    """The origins on which a site's pages lie.

    Raises:
        NotFound: no such site.
    """
    origins = services().sites.origins_of(slug)
    if origins is None:
        raise NotFound("No such site.")
    return origins


def read_site_form() -> MultiDict[str, str]:
    """The fields of the form; those that are not known are simply not looked at.

    Raises:
        UnsupportedMediaType: it is no URL-encoded form in UTF-8.
        Malformed: it cannot be read.
    """
    if request.mimetype != FORM_TYPE:
        raise UnsupportedMediaType(f"{FORM_TYPE} is accepted here.")
    require_readable(request, f"{FORM_TYPE} is")
    return read_form(read_body(request))


def own_page(address: str, origins: Iterable[str]) -> str | None:
    """An address in its stored form if it is a page of the site, else None."""
    try:
        return page_url(address.strip(), origins)
    except BadAddress:
        return None


def referring_page(origins: Iterable[str]) -> str | None:
    """The page on which the form stood, by the Referer; None where that is not told.

    A browser that posts to another origin tells no more than the page's origin, which
    must not be taken for the site's first page.
    """
    page = own_page(request.headers.get("Referer", ""), origins)
    if page is None:
        return None
    parts = urlsplit(page)
    across = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    if across and parts.path == "/" and not parts.query:
        return None
    kept = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in _PASSING
    ]
    if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)):
        return page
    return urlunsplit(parts._replace(query=urlencode(kept)))


def submit(slug: str, draft: Draft) -> SubmissionAnswer:
    """Take the comment of a form.

    Raises:
        ModerationError: as :class:`moderation.services.submit_comment.SubmitComment` says,
            and the limit of submissions.
    """
    principal = current_principal()
    if principal is ANONYMOUS:
        spend(PUBLIC_SUBMISSION, client_key(request))
    return services().submit_comment(Request(slug, draft, principal, client_network(request)))


def _form_again(shown: FormPage, origins: Iterable[str], status: int) -> Response:
    """The form with its errors, as a page that needs no script."""
    language = readers_language()
    html = render_template(
        "site/form_again.html",
        shown=shown,
        language=language,
        say=teller(language),
        # Behind a proxy the page may have another origin than the style sheet.
        style=[
            current_app.config["BASE_URL"] + url_for("static", filename=f"site/{name}.css")
            for name in ("receipt", "form")
        ],
        icon=current_app.config["BASE_URL"] + url_for("static", filename="icon.svg"),
    )
    answer = make_response(html, status)
    pages, service = " ".join(sorted(origins)), current_app.config["BASE_URL"]
    # Browsers hold a form's redirect against form-action too, so the pages and the
    # receipt's address stand in it.
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {service}; img-src {service}; base-uri 'none'; "
        f"form-action 'self' {service} {pages}; frame-ancestors 'self' {pages}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def failed(
    shown: FormPage, origins: Iterable[str], error: ModerationError, status: int | None = None
) -> Response:
    """The form again.

    Args:
        status: the one that the error has everywhere, where it is left out.
    """
    status = status or status_of(error) or 500
    answer = _form_again(shown, origins, status)
    answer.headers.update(retry_headers(status, error.retry_after_s))
    return answer
