"""The rules that a submission must meet before anything is decided about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from moderation.domain import web_addresses
from moderation.domain.normalise import visible
from moderation.errors import InvalidInput

_Value = TypeVar("_Value")

NAME_MAX: Final = 100
EMAIL_MAX: Final = 254
TITLE_MAX: Final = 300

# Control characters that no keyboard types into a comment. XML, and so feeds and exports,
# cannot carry them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BREAKS = re.compile(r"[\n\t\u2028\u2029]")


@dataclass(frozen=True)
class Draft:
    """A submission as it came in: text fields only, not yet judged.

    Attributes:
        honeypot: whether a field was filled in that people do not see.
    """

    name: str
    email: str
    body: str
    page_url: str
    page_title: str | None = None
    website: str | None = None
    parent_id: str | None = None
    honeypot: bool = False


@dataclass(frozen=True)
class Submission:
    """A submission that meets the rules; every field is in its stored form.

    Attributes:
        email: as the author writes it, domain in lower case.
        email_key: the same address folded, by which an author is recognised.
    """

    name: str
    email: str
    email_key: str
    body: str
    page_url: str
    page_title: str | None
    website: str | None
    parent_id: str | None


def clean_text(text: str) -> str:
    """Unify line ends, drop control characters, trim white space at the ends."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", unified).strip()


def clean_name(text: str) -> str:
    """A name in its stored form.

    Raises:
        ValueError: when it is empty, too long or more than one line.
    """
    name = clean_text(text)
    if not visible(name).strip():
        raise ValueError("Please fill in your name.")
    if len(name) > NAME_MAX:
        raise ValueError(f"At most {NAME_MAX} characters.")
    if _BREAKS.search(name):
        raise ValueError("Must be a single line.")
    return name


def clean_line(text: str, longest: int) -> str:
    """One line of text in its stored form.

    Args:
        longest: most characters.

    Raises:
        ValueError: when it is empty, too long or more than one line.
    """
    line = clean_text(text)
    if not visible(line).strip():
        raise ValueError("Must not be empty.")
    if len(line) > longest:
        raise ValueError(f"At most {longest} characters.")
    if _BREAKS.search(line):
        raise ValueError("Must be a single line.")
    return line


def clean_body(text: str, body_max: int) -> str:
    """A comment's text in its stored form.

    Args:
        body_max: the site's limit, in characters.

    Raises:
        ValueError: when it is empty or too long.
    """
    body = clean_text(text)
    if not visible(body).strip():
        raise ValueError("Please type your comment.")
    if len(body) > body_max:
        raise ValueError(f"At most {body_max} characters; this has {len(body)}.")
    return body


def read_submission(
    draft: Draft,
    *,
    body_max: int,
    origins: Iterable[str],
    check_email: Callable[[str], tuple[str, str]],
) -> Submission:
    """Check every field and report all that is wrong at once.

    Args:
        body_max: the site's limit for the text, in characters.
        origins: where the site's pages lie.
        check_email: returns an address's stored form and its key, or raises ValueError.

    Raises:
        InvalidInput: naming each bad field and what is allowed.
    """
    faults: dict[str, list[str]] = {}

    def read(field: str, reader: Callable[[], _Value], fallback: _Value) -> _Value:
        try:
            return reader()
        except ValueError as error:
            faults[field] = [str(error)]
            return fallback

    name = read("name", lambda: clean_name(draft.name), "")
    email = read("email", lambda: check_email(draft.email), ("", ""))
    body = read("body", lambda: clean_body(draft.body, body_max), "")
    url = read("page_url", lambda: web_addresses.page_url(draft.page_url.strip(), origins), "")
    title = read("page_title", lambda: _optional_title(draft.page_title), None)
    website = read("website", lambda: _optional_website(draft.website), None)
    if faults:
        raise InvalidInput(faults)
    return Submission(name, *email, body, url, title, website, draft.parent_id or None)


def _optional_title(text: str | None) -> str | None:
    title = _BREAKS.sub(" ", clean_text(text or ""))
    if len(title) > TITLE_MAX:
        raise ValueError(f"At most {TITLE_MAX} characters.")
    return title or None


def _optional_website(text: str | None) -> str | None:
    address = (text or "").strip()
    return web_addresses.website(address) if address else None
