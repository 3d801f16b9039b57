"""The mails that are sent: their words, and what can become of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import fill
from typing import Final

_WIDTH: Final = 78


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


@dataclass(frozen=True)
class Wording:
    """The texts of mail in one language.

    Attributes:
        right_to_left: how the language is written.
        texts: by name; ``{site}`` stands for the site's name.
    """

    language: str
    right_to_left: bool
    texts: Mapping[str, str]

    def say(self, name: str, site_name: str) -> str:
        """One text; a name in another script stays in its place in the sentence."""
        site = one_line(site_name)
        if self.right_to_left:
            site = f"\u2068{site}\u2069"
        return self.texts[name].replace("{site}", site)


@dataclass(frozen=True)
class Links:
    """Where a mail about a comment leads.

    Attributes:
        comment: where it is to be read.
        receipt: the author's receipt.
        stop: the page on which the author can stop such mails.
    """

    comment: str
    receipt: str
    stop: str


def published_letter(
    letter_id: str, to: str, wording: Wording, site_name: str, links: Links
) -> Letter:
    """Tells an author that a comment which had to wait is published.

    Nothing that somebody typed stands in it, name and text included: whoever gives a
    stranger's address with a comment must not write to that stranger through this service.
    """

    def say(name: str) -> str:
        return fill(wording.say(name, site_name), _WIDTH)

    # An address stands on a line of its own: programs that show text find its end, and a
    # line that begins with a letter of the language is set in that language's direction.
    parts = (
        say("hello"), say("published"), links.comment, say("receipt"), links.receipt,
        say("key"), say("why"), links.stop,
    )  # fmt: skip
    headers = {
        "Content-Language": wording.language,
        # One-click unsubscription, RFC 8058.
        "List-Unsubscribe": f"<{links.stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    text = "\n\n".join(parts) + "\n"
    return Letter(letter_id, to, wording.say("subject", site_name), text, headers)


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
