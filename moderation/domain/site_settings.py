"""What an admin can set for one site, with the allowed range of each number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Final, NamedTuple

from moderation.domain.leases import LONGEST_CLAIM


class Range(NamedTuple):
    """Allowed values of a whole-number setting, both ends included."""

    low: int
    high: int
    nullable: bool = False


DEFAULT_FLOOD_S: Final = 10

RANGES: Final[dict[str, Range]] = {
    "body_max": Range(1, 50_000),
    "edit_window_s": Range(0, 86_400),
    "closes_after_days": Range(1, 36_500, nullable=True),
    "report_limit": Range(1, 1_000),
    "flood_s": Range(0, 86_400, nullable=True),
    "lease_s": Range(30, int(LONGEST_CLAIM.total_seconds())),
    "undo_s": Range(0, 86_400),
    "rejected_text_days": Range(1, 3_650, nullable=True),
    "second_review_percent": Range(0, 100),
}


SWITCHES: Final = ("nudge", "mail_moderators", "mail_authors")
LANGUAGE: Final = "mail_language"


@dataclass(frozen=True)
class SiteSettings:
    """Settings of one site.

    Attributes:
        body_max: longest accepted comment, in characters.
        edit_window_s: seconds in which an author may change a comment.
        closes_after_days: days after a page's first comment when it takes no more;
            None leaves pages open.
        report_limit: reader reports that send a published comment to the queue.
        flood_s: least seconds between two comments of one author; None is the
            default of :data:`DEFAULT_FLOOD_S`, 0 switches it off.
        lease_s: seconds for which a moderator's claim holds.
        undo_s: seconds in which a decision can be undone.
        rejected_text_days: days for which the text of a rejected, spam or withdrawn comment
            is kept; None keeps it.
        nudge: whether a writer gets one chance to reword what would be held for its tone.
        mail_moderators: whether moderators get a digest of what waits.
        mail_authors: whether an author is told by mail that a held comment is published.
        mail_language: code of the language of mail to authors.
        second_review_percent: share of decisions that somebody else judges again, blind.
    """

    body_max: int = 10_000
    edit_window_s: int = 900
    closes_after_days: int | None = None
    report_limit: int = 3
    flood_s: int | None = None
    lease_s: int = 300
    undo_s: int = 900
    rejected_text_days: int | None = 90
    nudge: bool = False
    mail_moderators: bool = False
    mail_authors: bool = False
    mail_language: str = "en"
    second_review_percent: int = 0


NAMES: Final = tuple(field.name for field in fields(SiteSettings))


def problems(values: Mapping[str, object], languages: Collection[str]) -> dict[str, list[str]]:
    """What is wrong with wanted settings, by name; empty when all is well.

    Args:
        languages: codes of the languages that there are texts in.
    """
    found: dict[str, list[str]] = {}
    for name, value in values.items():
        if name in SWITCHES:
            if not isinstance(value, bool):
                found[name] = ["Must be true or false."]
            continue
        if name == LANGUAGE:
            if value not in languages:
                found[name] = [f"Must be one of: {', '.join(languages)}."]
            continue
        if name not in RANGES:
            found[name] = ["Unknown field."]
            continue
        low, high, nullable = RANGES[name]
        if value is None and nullable:
            continue
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not low <= value <= high:  # type: ignore[operator]
            allowed = f"Must be a whole number from {low} to {high}"
            found[name] = [f"{allowed}, or null." if nullable else f"{allowed}."]
    return found
