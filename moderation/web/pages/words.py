"""Numbers, times and codes in words for the pages; registered as template filters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from flask import Flask

from moderation.domain.reasons import moderator_text
from moderation.domain.severity import severe_labels
from moderation.services.clock import utc_now
from moderation.services.oversee import FACET_MAX

LABEL_WORDS: Final = {
    "toxicity": "Toxicity",
    "severe_toxicity": "Severe toxicity",
    "obscene": "Obscene",
    "threat": "Threat",
    "insult": "Insult",
    "identity_attack": "Identity attack",
    "sexual_explicit": "Sexually explicit",
}
ACTION_WORDS: Final = {
    "approve": "Approved",
    "reject": "Rejected",
    "spam": "Marked as spam",
    "escalate": "Escalated",
    "undo": "Undone",
    "report": "Reported by readers",
    "appeal": "Appealed by its author",
    "import": "Imported",
}
STATUS_WORDS: Final = {
    "pending": "being scored",
    "published": "published",
    "queued": "held",
    "rejected": "rejected",
    "spam": "spam",
    "withdrawn": "withdrawn",
    "erased": "erased",
}
PROBLEM_WORDS: Final = {
    "stale": "somebody else decided it first",
    "claimed": "somebody else is looking at it",
    "own_rejection": "you rejected it, so a colleague answers the appeal",
    "text_removed": "its text is no longer kept",
    "not_found": "it is not there any more",
    "illegal_transition": "it is not waiting any more",
    "undo_expired": "it is too late to undo it",
    "forbidden": "a colleague decided it",
}


def install_words(app: Flask) -> None:
    """Register the filters."""
    app.jinja_env.filters.update(
        label=lambda code: LABEL_WORDS.get(code, _plain(code)),
        action=lambda code: ACTION_WORDS.get(code, _plain(code)),
        status=lambda code: STATUS_WORDS.get(code, _plain(code)),
        problem=lambda code: PROBLEM_WORDS.get(code, _plain(code)),
        reason=moderator_text,
        code=_plain,
        age=age,
        bounded=bounded,
        milliseconds=milliseconds,
        minutes=minutes,
        clock=clock,
        day=day,
        severe=severe_labels,
        iso=iso,
    )


def age(moment: datetime) -> str:
    """How long ago, in its largest unit."""
    passed = (utc_now() - moment).total_seconds()
    return minutes(max(0.0, passed / 60), short=True)


def minutes(value: float | None, *, short: bool = False) -> str:
    """A duration in minutes, hours or days.

    Args:
        short: only the largest unit.
    """
    if value is None:
        return "no decision yet"
    whole = int(value)
    if whole < 60:
        return f"{whole} min"
    hours, rest = divmod(whole, 60)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h" if short or not rest else f"{hours} h {rest} min"


def milliseconds(value: float) -> str:
    """A duration in milliseconds, or in seconds from one second on."""
    if value < 1:
        return "under 1 ms"
    return f"{value:.0f} ms" if value < 1000 else f"{value / 1000:.1f} s"


def bounded(count: int) -> str:
    """A number that was counted up to a hundred."""
    return f"{FACET_MAX - 1}+" if count >= FACET_MAX else str(count)


def clock(moment: datetime) -> str:
    """Hour and minute in UTC."""
    return moment.astimezone(UTC).strftime("%H:%M")


def day(moment: datetime) -> str:
    """Day and time in UTC."""
    at = moment.astimezone(UTC)
    return f"{at.day} {at.strftime('%B %Y, %H:%M')}"


def iso(moment: datetime) -> str:
    """A moment as machines read it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(code: str) -> str:
    return code.replace("_", " ")
