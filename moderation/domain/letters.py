"""The mails that are sent: their words, and what can become of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


class MailRefused(Exception):
    """The other side will never take this mail."""


class MailDelayed(Exception):
    """It could not be sent now; later it may."""


@dataclass(frozen=True)
class Letter:
    """One mail in plain text.

    Attributes:
        id: the same on every try, so that a mail that came twice is seen as one.
        to: the address, nothing else.
        headers: further headers.
    """

    id: str
    to: str
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """What waits on one site.

    Attributes:
        count: waiting comments, counted up to ``most``.
        most: where counting ends.
    """

    site_name: str
    count: int
    most: int


def published_letter(
    letter_id: str, to: str, site_name: str, comment_url: str, receipt_url: str, stop_url: str
) -> Letter:
    """Tells an author that a held comment is published.

    Nothing that somebody typed stands in it, name and text included: whoever gives a
    stranger's address with a comment must not write to that stranger through this service.

    Args:
        comment_url: where it is to be read.
        receipt_url: the author's receipt.
        stop_url: the page on which the author can stop such mails.
    """
    text = f"""Hello,

a moderator has read your comment on {site_name} and published it:

{comment_url}

Where it stands, and how to change, withdraw or erase it:

{receipt_url}

Keep that address to yourself: it is the key to your comment.

You get this because your address was given with the comment. It is not published and given
to nobody. To get no more of these mails:

{stop_url}
"""
    headers = {
        # One-click unsubscription, RFC 8058.
        "List-Unsubscribe": f"<{stop_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    subject = one_line(f"Your comment on {site_name} is published")
    return Letter(letter_id, to, subject, text, headers)


def digest_letter(letter_id: str, to: str, waiting: Sequence[Waiting], queue_url: str) -> Letter:
    """Tells a moderator that comments have come to wait; none is quoted.

    Args:
        waiting: what waits on the moderator's sites, of those where something does.
    """
    lines = [f"  {one_line(site.site_name)}: {_number(site)}" for site in waiting]
    total = sum(site.count for site in waiting)
    more = any(site.count >= site.most for site in waiting)
    text = f"""Hello,

comments have come that wait for a person. Waiting now:

{chr(10).join(lines)}

The queue: {queue_url}

This mail comes when something new has come, and never more often than the service is set to. An
admin switches it on and off for each site (mail_moderators).
"""
    noun = "comment waits" if total == 1 and not more else "comments wait"
    return Letter(letter_id, to, f"{total}{'+' if more else ''} {noun} for a person", text)


def _number(site: Waiting) -> str:
    return f"{site.count}+" if site.count >= site.most else str(site.count)


def one_line(text: str) -> str:
    """A text for a header: without line breaks, which would begin another one."""
    return " ".join(text.split())
