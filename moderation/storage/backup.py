"""A copy of the SQLite database while the service goes on writing."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import make_url

from moderation.errors import Unavailable

_PAGES = 1_000
_PAUSE_S = 0.01
"""Between two steps others may write; SQLite then starts again with what changed."""


def is_sqlite(url: str) -> bool:
    """Whether a database is a file that can be copied."""
    return make_url(url).get_backend_name() == "sqlite"


def copy_database(url: str, target: Path) -> None:
    """Copy a whole, consistent database (https://sqlite.org/backup.html).

    Args:
        url: of the database.
        target: a new file; readable by its owner only.

    Raises:
        Unavailable: the database cannot be read, or the file cannot be written.
    """
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        source = sqlite3.connect(f"file:{make_url(url).database}?mode=ro", uri=True)
        copy = sqlite3.connect(target)
        source.backup(copy, pages=_PAGES, sleep=_PAUSE_S)
        copy.close()
        source.close()
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(f"The database cannot be copied: {error}") from error
