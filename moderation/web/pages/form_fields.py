"""Fields of the pages' own forms."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from moderation.errors import InvalidInput
from moderation.web.api.fields import UNSTORABLE
from moderation.web.api.request_parser import body_fields


def form_fields() -> Mapping[str, str]:
    """The fields of the form that was sent.

    Raises:
        InvalidInput: a value that no store takes.
    """
    sent = body_fields(request)
    bad = {name: ["Contains a character that is no text."] for name in _unstorable(sent)}
    if bad:
        raise InvalidInput(bad)
    return sent


def _unstorable(sent: Mapping[str, str]) -> list[str]:
    return [name[:50] for name, value in sent.items() if UNSTORABLE.search(value)]


def lines_of(sent: Mapping[str, str], name: str) -> list[str]:
    """A text area's lines that hold something."""
    return [line.strip() for line in sent.get(name, "").splitlines() if line.strip()]


def picked(sent: Mapping[str, str], group: str) -> tuple[str, ...]:
    """The ticked boxes of a group, whose names are the group's and their own."""
    start = f"{group}."
    return tuple(
        name.removeprefix(start)
        for name, value in sent.items()
        if name.startswith(start) and value == "1"
    )
