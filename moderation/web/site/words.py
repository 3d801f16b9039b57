"""The texts that readers see, by language: one JSON file each in ``embed/words``."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "embed" / "words"
DEFAULT: Final = "en"


@cache
def languages() -> tuple[str, ...]:
    """Codes of all languages there are, such as ``de``."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def words(language: str) -> dict[str, Any]:
    """The texts of one language.

    Args:
        language: one of :func:`languages`.
    """
    return dict(json.loads((FOLDER / f"{language}.json").read_text("utf-8")))


def nearest(wanted: str | None) -> str:
    """The language that serves ``de-AT`` best, or the default where none does."""
    code = (wanted or "").lower()
    known = [name for name in (code, code.split("-")[0]) if name in languages()]
    return known[0] if known else DEFAULT
