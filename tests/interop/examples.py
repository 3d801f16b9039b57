"""The examples of the documentation, as they stand there."""

from __future__ import annotations

import os
import re
from pathlib import Path

MIGRATING = Path("docs/migrating.md")


def examples(path: Path, language: str) -> list[str]:
    """The fenced blocks of a page in one language, in their order."""
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def environ(address: str, key: str, admin_key: str) -> dict[str, str]:
    """What the examples expect to be set."""
    return {"PATH": os.environ["PATH"], "BASE": address, "KEY": key, "ADMIN": admin_key}
