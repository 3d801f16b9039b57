"""A file that cannot be read to its end, and how far it could be."""

from __future__ import annotations

from moderation.errors import Malformed


class BrokenFile(Malformed):
    """The file is not what it should be; says in which line.

    Args:
        what: what is wrong, without a full stop.
        line: counted from 1; None where lines mean nothing.
    """

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(f"line {line:,}: {what}." if line else f"{what}.")
