"""Identical texts are scored once: a bounded memory of scores, and of scoring under way."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from moderation.domain.scores import Scores

Compute = Callable[[Sequence[str]], list[Scores]]


class ScoreCache:
    """Least recently used scores, keyed by model version and text.

    Holds digests, never the texts. Safe for any number of threads: those who ask for a
    text that another is having scored wait for that one's answer.

    Args:
        size: most scores kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, Scores] = OrderedDict()
        self._under_way: dict[bytes, Future[Scores]] = {}

    def scores(
        self,
        texts: Sequence[str],
        *,
        version: str,
        compute: Compute,
        waiting: Callable[[], None] = lambda: None,
    ) -> list[Scores]:
        """Scores of each text, in order; only unknown ones are computed, each once.

        Args:
            texts: what to score.
            version: of the model.
            compute: scores a list of distinct texts. Where it raises, nothing is kept
                and everyone who waited for it gets the same error.
            waiting: called before this call waits for what another one is having scored.
        """
        keys = [_key(version, text) for text in texts]
        found: dict[bytes, Scores] = {}
        mine: dict[bytes, str] = {}
        waits: dict[bytes, Future[Scores]] = {}
        with self._lock:
            for key, text in zip(keys, texts, strict=True):
                self._sort_in(key, text, found, mine, waits)
        if mine:
            found.update(self._computed(mine, compute))
        if waits:
            waiting()
        found.update({key: future.result() for key, future in waits.items()})
        return [found[key] for key in keys]

    def _sort_in(
        self,
        key: bytes,
        text: str,
        found: dict[bytes, Scores],
        mine: dict[bytes, str],
        waits: dict[bytes, Future[Scores]],
    ) -> None:
        """Known, being scored by another call, or to be scored by this one."""
        if key in self._kept:
            self._kept.move_to_end(key)
            found[key] = self._kept[key]
        elif key in mine:
            return
        elif key in self._under_way:
            waits[key] = self._under_way[key]
        else:
            mine[key] = text
            self._under_way[key] = Future()

    def _computed(self, mine: dict[bytes, str], compute: Compute) -> dict[bytes, Scores]:
        try:
            results = dict(zip(mine, compute(list(mine.values())), strict=True))
        except BaseException as error:
            for future in self._released(mine):
                future.set_exception(error)
            raise
        with self._lock:
            self._kept.update(results)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        for key, future in zip(mine, self._released(mine), strict=True):
            future.set_result(results[key])
        return results

    def _released(self, mine: dict[bytes, str]) -> list[Future[Scores]]:
        with self._lock:
            return [self._under_way.pop(key) for key in mine]


def _key(version: str, text: str) -> bytes:
    return hashlib.sha256(f"{version}\0{text}".encode("utf-8", "surrogatepass")).digest()
