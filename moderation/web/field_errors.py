"""Field names in error answers: marshmallow's nested messages, made flat and dotted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moderation.web.text import readable

# The name under which a complaint about the whole body or query stands.
WHOLE = "request"
# A hostile body can name any number of unknown fields; the answer stays small.
MOST_FIELDS = 50
LONGEST_NAME = 100


def dotted(messages: Any) -> dict[str, list[str]]:
    """Flatten validation messages: ``{"items": {3: {"id": [..]}}}`` → ``{"items.3.id": [..]}``.

    Args:
        messages: what a ``marshmallow.ValidationError`` carries.
    """
    flat: dict[str, list[str]] = {}
    _collect(messages, (), flat)
    return flat


def _collect(messages: Any, path: tuple[str, ...], flat: dict[str, list[str]]) -> None:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            # "_schema" is marshmallow's key for the object itself, not a field in it.
            _collect(inner, path if name == "_schema" else (*path, str(name)), flat)
        return
    listed = isinstance(messages, Sequence) and not isinstance(messages, str)
    key = readable(".".join(path))[:LONGEST_NAME] or WHOLE
    if key in flat or len(flat) < MOST_FIELDS:
        said = flat.setdefault(key, [])
        said += [str(m) for m in (messages if listed else [messages]) if str(m) not in said]
