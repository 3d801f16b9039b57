"""Reading a wanted policy from outside: every fault is named, nothing is guessed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from moderation.domain.checks import word_pattern
from moderation.domain.policy import MODES, Policy, Threshold
from moderation.domain.scores import LABELS
from moderation.errors import InvalidInput

WORDS_MAX: Final = 5_000
WORD_MAX: Final = 100
LINKS_MAX: Final = 1_000
NOTE_MAX: Final = 1_000

Faults = dict[str, list[str]]


def changed_policy(policy: Policy, wanted: Mapping[str, Any]) -> Policy:
    """The policy with some fields replaced; a field left out keeps its value.

    Args:
        policy: the one in force.
        wanted: field to value as it came; ``thresholds`` is replaced whole and
            ``version`` is ignored. The note is the change's own: it is not inherited.

    Raises:
        InvalidInput: naming every bad or unknown field and what is allowed.
    """
    faults: Faults = {}
    values: dict[str, Any] = {"note": ""}
    for name, value in wanted.items():
        if name == "version":
            continue
        reader = _READERS.get(name)
        if reader is None:
            faults[name] = ["Unknown field."]
        else:
            values[name] = reader(name, value, faults)
    if faults:
        raise InvalidInput(faults)
    return replace(policy, **values)


def _number(value: Any) -> float | None:
    """A finite number, or None; true and false are not numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _one_of(*allowed: str) -> Callable[[str, Any, Faults], Any]:
    def read(name: str, value: Any, faults: Faults) -> Any:
        if value not in allowed:
            faults[name] = [f"Must be one of: {', '.join(allowed)}."]
        return value

    return read


def _thresholds(name: str, value: Any, faults: Faults) -> dict[str, Threshold]:
    if not isinstance(value, Mapping):
        faults[name] = ['Must be an object such as {"toxicity": {"queue_at": 0.5}}.']
        return {}
    found = {}
    for label, pair in value.items():
        path = f"{name}.{label}"
        if label not in LABELS:
            faults[path] = [f"Unknown label. Must be one of: {', '.join(LABELS)}."]
        elif not isinstance(pair, Mapping):
            faults[path] = ["Must be an object with queue_at and reject_at."]
        else:
            found[label] = _threshold(path, pair, faults)
    return found


def _threshold(path: str, pair: Mapping[str, Any], faults: Faults) -> Threshold:
    for key in pair.keys() - {"queue_at", "reject_at"}:
        faults[f"{path}.{key}"] = ["Unknown field. Allowed are queue_at and reject_at."]
    numbers: dict[str, float | None] = {}
    for key in ("queue_at", "reject_at"):
        value = pair.get(key)
        number = _number(value)
        if value is not None and (number is None or not 0 < number <= 1):
            faults[f"{path}.{key}"] = ["Must be a number above 0 and at most 1, or null."]
        numbers[key] = number
    queue_at, reject_at = numbers["queue_at"], numbers["reject_at"]
    if queue_at is not None and reject_at is not None and reject_at < queue_at:
        faults.setdefault(f"{path}.reject_at", ["Must not be below queue_at."])
    return Threshold(queue_at, reject_at)


def _words(name: str, value: Any, faults: Faults) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        faults[name] = ["Must be a list of words."]
        return ()
    if len(value) > WORDS_MAX:
        faults[name] = [f"At most {WORDS_MAX} words."]
        return ()
    words = []
    for place, entry in enumerate(value):
        fault = _word_fault(entry)
        if fault:
            faults[f"{name}.{place}"] = [fault]
        else:
            words.append(entry.strip())
    return tuple(dict.fromkeys(words))


def _word_fault(entry: Any) -> str | None:
    if not isinstance(entry, str):
        return "Must be text."
    if len(entry) > WORD_MAX:
        return f"At most {WORD_MAX} characters."
    if "\x00" in entry or any("\ud800" <= character <= "\udfff" for character in entry):
        return "Must be valid text without NUL characters."
    try:
        word_pattern(entry)
    except ValueError as error:
        return str(error)
    return None


def _max_links(name: str, value: Any, faults: Faults) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if value is not None and not (whole and 0 <= value <= LINKS_MAX):
        faults[name] = [f"Must be a whole number from 0 to {LINKS_MAX}, or null for no limit."]
    return value  # type: ignore[no-any-return]


def _switch(name: str, value: Any, faults: Faults) -> bool:
    if not isinstance(value, bool):
        faults[name] = ["Must be true or false."]
    return bool(value)


def _audit_rate(name: str, value: Any, faults: Faults) -> float:
    number = _number(value)
    if number is None or not 0 <= number <= 1:
        faults[name] = ["Must be a number from 0 to 1."]
        return 0.0
    return number


def _note(name: str, value: Any, faults: Faults) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > NOTE_MAX or "\x00" in value:
        faults[name] = [f"Must be text of at most {NOTE_MAX} characters."]
        return ""
    if any("\ud800" <= character <= "\udfff" for character in value):
        faults[name] = ["Must be valid text."]
        return ""
    return value.strip()


_READERS: Final[dict[str, Callable[[str, Any, Faults], Any]]] = {
    "mode": _one_of(*MODES),
    "thresholds": _thresholds,
    "max_links": _max_links,
    "suspect_words": _words,
    "blocked_words": _words,
    "hold_first_comment": _switch,
    "scorer_down": _one_of("queue"),
    "audit_rate": _audit_rate,
    "note": _note,
}
