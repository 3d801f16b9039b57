"""Rules for the addresses people send: a site's origins, a comment's page, an author's website."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit, urlunsplit

PAGE_URL_MAX = 2000
WEBSITE_MAX = 200
WEBHOOK_URL_MAX = 2000
_DEFAULT_PORTS = {"http": 80, "https": 443}


class BadAddress(ValueError):
    """The text is not an acceptable address; the message says what is allowed."""


def _split(text: str) -> SplitResult:
    if any(character.isspace() or ord(character) < 32 for character in text) or "\\" in text:
        raise BadAddress("Must not contain spaces, control characters or backslashes.")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadAddress("Not a valid address.") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise BadAddress("Must begin with http:// or https://.")
    if not parts.hostname or port == 0:
        raise BadAddress("Must name a host.")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("Must not contain a user name or password.")
    return parts


def _origin(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    default = parts.port is None or parts.port == _DEFAULT_PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" if default else f"{parts.scheme}://{host}:{parts.port}"


def origin(text: str) -> str:
    """Normalise an origin: scheme, lower-case host, port unless it is the scheme's own.

    Raises:
        BadAddress: for anything but ``http(s)://host[:port]``.
    """
    parts = _split(text.strip())
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadAddress("Must be an origin such as https://news.example, without a path.")
    return _origin(parts)


def origin_of(url: str) -> str:
    """The origin of an absolute http(s) address.

    Raises:
        BadAddress: when it is not one.
    """
    return _origin(_split(url))


def page_url(text: str, origins: Iterable[str]) -> str:
    """Normalise the address of a page and check that it lies on one of the site's origins.

    The fragment is dropped, scheme and host are lower-cased, an empty path becomes ``/``;
    path and query stay as they are.

    Raises:
        BadAddress: when it is too long, not http(s), or elsewhere.
    """
    if len(text) > PAGE_URL_MAX:
        raise BadAddress(f"At most {PAGE_URL_MAX} characters.")
    parts = _split(text)
    base = _origin(parts)
    if base not in set(origins):
        raise BadAddress("Must lie on one of the site's origins.")
    return base + urlunsplit(("", "", parts.path or "/", parts.query, ""))


def website(text: str) -> str:
    """Check an author's website; it is shown as a link, so only http(s) passes.

    Raises:
        BadAddress: when it is too long or not http(s).
    """
    if len(text) > WEBSITE_MAX:
        raise BadAddress(f"At most {WEBSITE_MAX} characters.")
    _split(text)
    return text


def webhook_url(text: str) -> str:
    """Check the address of a webhook; a fragment is dropped.

    Where it leads is another question, see :mod:`moderation.domain.network_addresses`.

    Raises:
        BadAddress: when it is too long, not http(s), not ASCII, or holds a user name.
    """
    if len(text) > WEBHOOK_URL_MAX:
        raise BadAddress(f"At most {WEBHOOK_URL_MAX} characters.")
    if not text.isascii():
        raise BadAddress("Must be ASCII: %XX in the path, xn-- in the host.")
    return urlunsplit(_split(text)._replace(fragment=""))


def host_of(url: str) -> str:
    """The host of an address that has been checked, lower-cased, without brackets."""
    return urlsplit(url).hostname or ""
