"""Refusing what another site's page has its readers send without their knowing.

A report counts by the reader's address, and no cookie or key stands between: a page
elsewhere could otherwise have each of its visitors report a comment. A form needs no leave
to be sent across origins, so it is the browser's own word that counts: ``Sec-Fetch-Site``,
or ``Origin`` where that is not sent (https://www.w3.org/TR/fetch-metadata/). Programs send
neither; they have no reader whom they could use.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import current_app, request

from moderation.errors import Forbidden


def refuse_foreign_page(origins: Iterable[str]) -> None:
    """Let in the service's own pages, the site's, and programs.

    Args:
        origins: where the site's pages lie.

    Raises:
        Forbidden: a page of another origin sends it.
    """
    if request.headers.get("Sec-Fetch-Site") in ("same-origin", "none"):
        return
    base = urlsplit(current_app.config["BASE_URL"])
    origin = request.headers.get("Origin")
    if origin is not None and origin not in {*origins, f"{base.scheme}://{base.netloc}"}:
        raise Forbidden("Reports are taken from the site's own pages only.")
