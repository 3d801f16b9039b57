"""A table on disk for the length of one run, so that memory does not grow with a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator


class Spill:
    """Texts by key, in a private temporary file that SQLite removes by itself."""

    def __init__(self) -> None:
        # An empty name is SQLite's private temporary database (sqlite.org/inmemorydb.html).
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.execute("PRAGMA journal_mode = OFF")
        self._table.execute("CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")

    def put(self, key: str, value: str) -> bool:
        """Keep a text; whether the key is new."""
        row = self._table.execute("INSERT OR IGNORE INTO kept VALUES (?, ?)", (key, value))
        return row.rowcount == 1

    def get(self, key: str) -> str | None:
        """The text kept under a key."""
        row = self._table.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def dangling(self) -> Iterator[str]:
        """Values, once for each key that has them, that are no key themselves."""
        rows = self._table.execute(
            "SELECT value FROM kept WHERE value != '' AND value NOT IN (SELECT key FROM kept)"
        )
        return (row[0] for row in rows)

    def close(self) -> None:
        """Drop everything."""
        self._table.close()
