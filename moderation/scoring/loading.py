"""A scorer that may not be there yet, or not any more.

The service starts without waiting for its model. Loading happens in a thread of its own;
where it fails it is tried again, but not more often than every few seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from moderation.errors import ScoringUnavailable
from moderation.scoring.base import Scorer

RETRY_S = 5.0


class Loader:
    """Loads a scorer in the background and holds it.

    Args:
        load: makes the scorer; may raise anything.
        retry_s: least time between the end of one failed try and the next.
    """

    def __init__(self, load: Callable[[], Scorer], *, retry_s: float = RETRY_S) -> None:
        self._load = load
        self._retry_s = retry_s
        self._lock = threading.Lock()
        self._loaded: Scorer | None = None
        self._problem = "The scorer has not been loaded yet."
        self._failed_at: float | None = None
        self._done: threading.Event | None = None

    @property
    def loaded(self) -> Scorer | None:
        """The scorer, once it is there."""
        return self._loaded

    @property
    def problem(self) -> str:
        """Why there is none, in one sentence."""
        return self._problem

    def start(self) -> threading.Event:
        """Begin to load unless that is done, under way, or failed a moment ago.

        Returns:
            Set when there is nothing to wait for.
        """
        with self._lock:
            if self._done is not None and not self._done.is_set():
                return self._done
            if self._loaded is None and not self._failed_lately():
                self._done = threading.Event()
                threading.Thread(
                    target=self._try, args=(self._done,), name="load-scorer", daemon=True
                ).start()
                return self._done
        over = threading.Event()
        over.set()
        return over

    def wait(self, timeout_s: float) -> Scorer:
        """The scorer, after waiting for a try that is under way.

        Raises:
            ScoringUnavailable: where there is none by then.
        """
        if self._loaded is None:
            self.start().wait(timeout_s)
        if self._loaded is None:
            raise ScoringUnavailable(self._problem, retry_after_s=max(1, round(self._retry_s)))
        return self._loaded

    def _failed_lately(self) -> bool:
        return self._failed_at is not None and time.monotonic() - self._failed_at < self._retry_s

    def _try(self, done: threading.Event) -> None:
        self._problem = "The scorer is being loaded."
        try:
            self._loaded = self._load()
        except ScoringUnavailable as error:
            self._problem = error.message
        except Exception as error:
            self._problem = f"The scorer cannot be loaded: {type(error).__name__}."
        if self._loaded is None:
            self._failed_at = time.monotonic()
        done.set()
