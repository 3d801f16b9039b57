"""The lab's form: a candidate policy as text fields, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moderation.domain.scores import LABELS

LISTS: Final = ("suspect_words", "blocked_words")


def fields_of(rules: Mapping[str, Any]) -> dict[str, str]:
    """A policy's rules as the form's fields."""
    shown = {
        f"{label}.{end}": shown_level(rules["thresholds"].get(label, {}).get(end))
        for label in LABELS
        for end in ("queue_at", "reject_at")
    }
    links = rules["max_links"]
    return {
        **shown,
        "mode": rules["mode"],
        "max_links": "" if links is None else str(links),
        "hold_first_comment": "1" if rules["hold_first_comment"] else "",
        "audit_percent": shown_number(rules["audit_rate"] * 100),
        **{name: "\n".join(rules[name]) for name in LISTS},
    }


def wanted_of(sent: Mapping[str, str]) -> dict[str, Any]:
    """The form's fields as a wanted policy; what is no number stays text, to be refused."""
    thresholds = {}
    for label in LABELS:
        ends = {end: _number(sent.get(f"{label}.{end}", "")) for end in ("queue_at", "reject_at")}
        wanted = sent.get(f"{label}.drop") != "1"
        if wanted and any(value is not None for value in ends.values()):
            thresholds[label] = ends
    links = _number(sent.get("max_links", ""))
    audit = _number(sent.get("audit_percent", ""))
    return {
        "mode": sent.get("mode", ""),
        "thresholds": thresholds,
        "max_links": int(links) if isinstance(links, float) and links.is_integer() else links,
        "hold_first_comment": sent.get("hold_first_comment") == "1",
        "audit_rate": round(audit / 100, 8) if isinstance(audit, float) else audit or 0,
        **{name: _lines(sent.get(name, "")) for name in LISTS},
    }


def field_name(fault: str) -> str:
    """The form field behind a named fault of the policy."""
    name = fault.removeprefix("policy.")
    name = "audit_percent" if name == "audit_rate" else name.removeprefix("thresholds.")
    return name.split(".")[0] if name.startswith(LISTS) else name


def shown_number(value: float | None) -> str:
    """A number in the fewest digits that say it; nothing for None."""
    return "" if value is None else f"{round(value, 6):.6f}".rstrip("0").rstrip(".")


def shown_level(value: float | None) -> str:
    """A threshold, with two decimals at least; nothing for None."""
    if value is None:
        return ""
    return f"{value:.2f}" if len(shown_number(value)) <= 4 else shown_number(value)


def _number(text: str) -> float | str | None:
    plain = text.strip().replace(",", ".")
    if not plain:
        return None
    try:
        return float(plain)
    except ValueError:
        return plain[:50]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
