"""Whether the service can do its work, part by part."""

from __future__ import annotations

from collections.abc import Callable

from moderation.errors import Unavailable
from moderation.storage.unit_of_work import Store

Part = tuple[str, bool, str]


class Readiness:
    """Asks each part.

    Args:
        scorer_status: whether the scorer is loaded, and a sentence about it.
    """

    def __init__(self, store: Store, scorer_status: Callable[[], tuple[bool, str]]) -> None:
        self._store = store
        self._scorer_status = scorer_status

    def check(self) -> list[Part]:
        """Name, health and a sentence of each part."""
        try:
            self._store.check_writable()
            store: Part = ("store", True, "writable")
        except Unavailable:
            store = ("store", False, "The store cannot be written, or is not migrated.")
        ready, detail = self._scorer_status()
        return [store, ("scorer", ready, detail)]
