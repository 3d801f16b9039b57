"""What differs between two versions of a policy, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moderation.domain.scores import LABELS
from moderation.web.pages.lab_form import LISTS, shown_level, shown_number

_ENDS: Final = {"queue_at": "hold", "reject_at": "reject"}
_WORDS_SHOWN: Final = 5


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """One line for each rule that differs, such as ``toxicity hold 0.50 → 0.62``."""
    found = []
    for label in LABELS:
        for end, word in _ENDS.items():
            before, after = (rules["thresholds"].get(label, {}).get(end) for rules in (old, new))
            if before != after:
                found.append(f"{label} {word} {_level(before)} → {_level(after)}")
    for name, word in (("mode", "mode"), ("max_links", "links"), ("scorer_down", "scorer down")):
        if old[name] != new[name]:
            found.append(f"{word} {_plain(old[name])} → {_plain(new[name])}")
    if old["hold_first_comment"] != new["hold_first_comment"]:
        found.append(f"first comments {'held' if new['hold_first_comment'] else 'not held'}")
    if old["audit_rate"] != new["audit_rate"]:
        before, after = (shown_number(rules["audit_rate"] * 100) for rules in (old, new))
        found.append(f"audits {before} % → {after} %")
    return found + [line for name in LISTS if (line := _words(name, old[name], new[name]))]


def _words(name: str, old: list[str], new: list[str]) -> str:
    added = [f"+{word}" for word in new if word not in set(old)]
    removed = [f"−{word}" for word in old if word not in set(new)]
    every = added + removed
    more = f" and {len(every) - _WORDS_SHOWN} more" if len(every) > _WORDS_SHOWN else ""
    return f"{name.replace('_', ' ')} {' '.join(every[:_WORDS_SHOWN])}{more}" if every else ""


def _level(value: float | None) -> str:
    return "never" if value is None else shown_level(value)


def _plain(value: Any) -> str:
    return "any number" if value is None else str(value).replace("_", " ")
