"""The cookies by which WordPress remembers a reader who has ticked the box for it.

WordPress itself reads them where it writes a page's form, so they bear its names and
attributes (https://developer.wordpress.org/reference/functions/wp_set_comment_cookies/).
They are set only where the blog's own server asks for it by a header, which no form can
send: then this answer comes from the blog's host, and so do the cookies. Their names hold
the MD5 of the blog's ``siteurl``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote_plus, urlsplit

from flask import Response, request

from moderation.domain.web_addresses import BadAddress, page_url
from moderation.errors import InvalidInput

HEADER: Final = "X-WordPress-Siteurl"
CONSENT: Final = "wp-comment-cookies-consent"
# WordPress's ``comment_cookie_lifetime``, in seconds: about 347 days.
LIFETIME_S: Final = 30_000_000


def wanted_siteurl(origins: Iterable[str]) -> str | None:
    """The blog's ``siteurl`` as its server tells it; None where it wants no cookies.

    Raises:
        InvalidInput: it lies on none of the site's origins.
    """
    told = request.headers.get(HEADER, "").strip().rstrip("/")
    if not told:
        return None
    try:
        page_url(told, origins)
    except BadAddress as error:
        raise InvalidInput({HEADER: [str(error)]}) from None
    return told


def remember_reader(
    answer: Response, siteurl: str, form: Mapping[str, str], website: str | None
) -> None:
    """Set the three cookies, or end them where the reader has not asked for them.

    Args:
        form: the fields as they were sent.
        website: the author's, as it was stored.
    """
    mark = hashlib.md5(siteurl.encode(), usedforsecurity=False).hexdigest()
    place = urlsplit(siteurl)
    known = {
        "comment_author": form.get("author", "").strip(),
        "comment_author_email": form.get("email", "").strip(),
        "comment_author_url": website or "",
    }
    for name, value in known.items():
        kept = value and CONSENT in form
        answer.set_cookie(
            f"{name}_{mark}",
            # As PHP encodes and reads it.
            quote_plus(value) if kept else "",
            max_age=LIFETIME_S if kept else 0,
            path=f"{place.path}/",
            secure=place.scheme == "https",
            samesite="Lax",
        )
