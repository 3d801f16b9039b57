"""Threads beside the requests: one that sweeps, one that sends mail."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from moderation.errors import ModerationError

INTERVAL_S: Final = 1.0
log = logging.getLogger(__name__)


class Background:
    """Does something again and again until stopped.

    Started after the server has forked: a thread does not survive a fork.

    Args:
        work: what is done each time.
        name: what stands in the log beside a failure.
        interval_s: seconds between two times.
    """

    def __init__(
        self, work: Callable[[], object], name: str = "sweep", interval_s: float = INTERVAL_S
    ) -> None:
        self._work = work
        self._name = name
        self._interval_s = interval_s
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, once; starting again changes nothing."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End after the pass that is under way."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stopped.wait(self._interval_s):
            try:
                self._work()
            except ModerationError as error:
                log.warning("%s: %s", self._name, error.message)
            except Exception:
                # The thread must outlive whatever a pass runs into; the next one tries again.
                log.exception("%s failed", self._name)
