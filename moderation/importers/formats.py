"""The formats by name, and a file of any of them opened for reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from moderation.domain.foreign_comment import Item
from moderation.importers.disqus import read_disqus
from moderation.importers.isso import IssoDatabase
from moderation.importers.opened_file import opened
from moderation.importers.plain_rows import read_csv, read_jsonl
from moderation.importers.remark42 import read_remark42
from moderation.importers.wordpress import read_wordpress

_READERS: Final[dict[str, Callable[[BinaryIO], Iterator[Item]]]] = {
    "wordpress": read_wordpress,
    "disqus": read_disqus,
    "remark42": read_remark42,
    "csv": read_csv,
    "jsonl": read_jsonl,
}
_ISSO: Final = "isso"


@dataclass(frozen=True)
class Export:
    """Another system's comments, one after the other.

    Attributes:
        items: to be gone through once.
        total: how much there is, in ``unit``.
        position: how much has been read.
    """

    items: Iterable[Item]
    total: int
    unit: str
    position: Callable[[], int] | None


@contextmanager
def export_in(path: Path, source: str) -> Iterator[Export]:
    """Open a file of a known format.

    Args:
        source: one of :data:`moderation.domain.foreign_comment.SOURCES`.

    Raises:
        BrokenFile: it cannot be read, here or while its items are gone through.
    """
    if source == _ISSO:
        database = IssoDatabase(path)
        try:
            yield Export(database, database.total, " comments", None)
        finally:
            database.close()
        return
    with opened(path) as file:
        yield Export(_READERS[source](file.content), file.total, "B", file.position)
