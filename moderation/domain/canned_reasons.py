"""The reasons that a moderator picks with one key, told to the writer with a rejection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MOST: Final = 9
LABEL_MAX: Final = 40
TEXT_MAX: Final = 100


@dataclass(frozen=True)
class CannedReason:
    """One reason.

    Attributes:
        label: two or three words for the button.
        text: the sentence that the writer reads; at most 100 characters, as in a decision.
    """

    label: str
    text: str


DEFAULT: Final = (
    CannedReason("Personal attack", "It attacks a person rather than what they say."),
    CannedReason("Threat", "It threatens a person."),
    CannedReason("Group hate", "It demeans people for who they are."),
    CannedReason("Language", "Its language is not what this site publishes."),
    CannedReason("Private data", "It contains somebody's private data."),
    CannedReason("Off topic", "It is not about the article."),
)


def problems(reasons: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """What is wrong with a wanted list, by field; empty when all is well."""
    found: dict[str, list[str]] = {}
    if not 1 <= len(reasons) <= MOST:
        found["reasons"] = [f"Must have 1 to {MOST} reasons, one for each digit."]
    for place, reason in enumerate(reasons):
        for name, longest in (("label", LABEL_MAX), ("text", TEXT_MAX)):
            if not 1 <= len(reason.get(name, "").strip()) <= longest:
                found[f"reasons.{place}.{name}"] = [f"Must have 1 to {longest} characters."]
    labels = [reason.get("label", "").strip().casefold() for reason in reasons]
    if len(set(labels)) < len(labels):
        found.setdefault("reasons", []).append("Each label may occur once.")
    return found
