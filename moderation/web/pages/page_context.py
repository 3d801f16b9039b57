"""What every page's frame needs: who looks, in which colours, and where they may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from flask import Flask, g, request

from moderation.web.context import SignedIn
from moderation.web.pages.words import install_words

THEME_COOKIE: Final = "theme"
THEMES: Final = ("auto", "light", "dark")


class Link(NamedTuple):
    """A place in the bar at the top."""

    section: str
    text: str
    href: str


@dataclass(frozen=True)
class Viewer:
    """The person who is signed in, as the frame names them."""

    name: str
    initials: str
    is_admin: bool


_REVIEW: Final = (
    Link("overview", "Overview", "/"),
    Link("queue", "Queue", "/queue"),
    Link("blind", "Blind", "/blind"),
    Link("search", "Search", "/search"),
)
_ADMIN: Final = (Link("admin", "Admin", "/admin"),)


def install_page_context(app: Flask) -> None:
    """Give all templates ``viewer``, ``navigation``, ``theme`` and ``here``."""
    app.context_processor(page_context)
    install_words(app)


def page_context() -> dict[str, Any]:
    """The variables that ``base.html`` uses."""
    viewer = _viewer()
    return {
        "viewer": viewer,
        "navigation": _REVIEW + _ADMIN if viewer and viewer.is_admin else _REVIEW,
        "theme": theme_of_request(),
        "here": request.full_path.rstrip("?"),
    }


def theme_of_request() -> str:
    """The colours asked for by the cookie; ``auto`` follows the system."""
    wanted = request.cookies.get(THEME_COOKIE, "auto")
    return wanted if wanted in THEMES else "auto"


def safe_next(wanted: str | None) -> str:
    r"""A path on this service to go on to; anything else becomes the first page.

    A browser reads ``//host`` and ``/\\host`` as another site.
    """
    if not wanted or not wanted.startswith("/") or wanted[1:2] in ("/", "\\"):
        return "/"
    printable = all(letter > " " for letter in wanted)
    return wanted if printable else "/"


def _viewer() -> Viewer | None:
    signed_in = cast(SignedIn | None, g.get("signed_in"))
    if signed_in is None:
        return None
    principal = signed_in.principal
    return Viewer(principal.name, _initials(principal.name), principal.is_admin)


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
