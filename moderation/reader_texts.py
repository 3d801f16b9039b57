"""The texts that readers and authors see, by language: one JSON file each.

The files lie with the embed, which shows most of them; pages and mail read the same ones,
so that a further language is one file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "web" / "site" / "embed" / "words"
DEFAULT: Final = "en"
OTHER_PARTS: Final = ("form_page", "receipt_page", "mail")
"""Parts of the texts that are not the embed's."""


@cache
def languages() -> tuple[str, ...]:
    """Codes of all languages there are, such as ``de``."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def words(language: str) -> dict[str, Any]:
    """The texts of one language; one that its file lacks, such as a newer one, is English.

    Args:
        language: one of :func:`languages`.
    """
    texts = dict(json.loads((FOLDER / f"{language}.json").read_text("utf-8")))
    return texts if language == DEFAULT else _completed(texts, words(DEFAULT))


def chosen(*wanted: str) -> str:
    """The first of some languages, best first, that there are texts in; else the default."""
    return next((code for code in map(_known, wanted) if code), DEFAULT)


def teller(language: str, part: str | None = None) -> Callable[..., str]:
    """What a template calls for a text: ``say("as", name="Ann")``.

    Args:
        language: one of :func:`languages`.
        part: one of :data:`OTHER_PARTS`, which have names of their own; None for the rest.
    """
    texts = words(language)
    texts = texts[part] if part else texts

    def say(name: str, key: str | None = None, /, **values: str) -> str:
        text = str(texts[name] if key is None else texts[name][key])
        for place, value in values.items():
            text = text.replace(f"{{{place}}}", value)
        return text

    return say


def nearest(wanted: str | None) -> str:
    """The language that serves ``de-AT`` best, or the default where none does."""
    return chosen(wanted or "")


def _completed(texts: dict[str, Any], english: dict[str, Any]) -> dict[str, Any]:
    parts = {
        name: _completed(text, english[name])
        for name, text in texts.items()
        # Plural forms are a language's own.
        if name != "comments" and isinstance(text, dict) and isinstance(english.get(name), dict)
    }
    return {**english, **texts, **parts}


def _known(wanted: str) -> str | None:
    code = wanted.lower()
    return next((name for name in (code, code.split("-")[0]) if name in languages()), None)
