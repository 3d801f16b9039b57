"""Files to import, compressed or not, with a count of what has been read of them."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from moderation.importers.broken_file import BrokenFile

_GZIP: Final = b"\x1f\x8b"
LINE_MAX: Final = 8_000_000


@dataclass(frozen=True)
class OpenedFile:
    """A file being read.

    Attributes:
        content: decompressed bytes.
        total: the file's size on disk, in bytes.
        position: how many of these have been read.
    """

    content: BinaryIO
    total: int
    position: Callable[[], int]


@contextmanager
def opened(path: Path) -> Iterator[OpenedFile]:
    """Open a file, whether it is compressed with gzip or not; its name does not matter.

    Raises:
        BrokenFile: it cannot be read, here or while its content is.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise BrokenFile(f"{path} cannot be read: {error.strerror or error}") from None
    with raw:
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        content = _Content(gzip.GzipFile(fileobj=raw) if packed else raw)
        yield OpenedFile(cast(BinaryIO, content), path.stat().st_size, raw.tell)


class _Content(io.RawIOBase):
    """Bytes of a file, whose failures tell what is wrong with it."""

    def __init__(self, inner: gzip.GzipFile | io.BufferedReader) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            found = self._inner.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BrokenFile(f"the compressed data are damaged or end too soon: {error}") from None
        except OSError as error:
            raise BrokenFile(f"the file cannot be read: {error.strerror or error}") from None
        buffer[: len(found)] = found
        return len(found)


def text_lines(content: BinaryIO) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file with their numbers, ends of lines kept.

    Raises:
        BrokenFile: a line is not UTF-8, or is longer than :data:`LINE_MAX` bytes.
    """
    buffered = io.BufferedReader(cast(io.RawIOBase, content), 1 << 16)
    number = 0
    while raw := buffered.readline(LINE_MAX + 1):
        number += 1
        if len(raw) > LINE_MAX:
            raise BrokenFile(f"longer than {LINE_MAX:,} bytes", number)
        try:
            yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise BrokenFile("not valid UTF-8", number) from None
