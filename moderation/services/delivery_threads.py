"""Threads that deliver webhooks, for the mode in which one process does everything."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from moderation.errors import ModerationError
from moderation.services.deliver_webhooks import DeliverWebhooks, Turn

THREADS: Final = 8
INTERVAL_S: Final = 1.0
log = logging.getLogger(__name__)


class DeliveryThreads:
    """Gives each endpoint that something is due for a turn in a thread of its own.

    A receiver that hangs holds one of eight threads for 15 seconds and is then left
    alone for a while; the others go on. Started after the server has forked.
    """

    def __init__(self, deliver: DeliverWebhooks, interval_s: float = INTERVAL_S) -> None:
        self._deliver = deliver
        self._interval_s = interval_s
        self._wanted = threading.Event()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[Turn]] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, once; starting again changes nothing."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """There is something to deliver; returns at once."""
        self._wanted.set()

    def stop(self) -> None:
        """End after the tries that are under way."""
        self._stopped.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(timeout=30)
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def once(self) -> Turn:
        """Deliver all that is due now, and wait for it.

        Raises:
            Unavailable: the store cannot answer.
        """
        turns = [future.result() for future in self._hand_out()]
        return Turn(sum(turn.delivered for turn in turns), sum(turn.failed for turn in turns))

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wanted.wait(self._interval_s)
            self._wanted.clear()
            self._guarded(self._hand_out)

    def _hand_out(self) -> list[Future[Turn]]:
        """Begin a turn for each endpoint with work that has none."""
        if self._stopped.is_set():
            return []
        due = self._deliver.due()
        with self._lock:
            self._pool = self._pool or ThreadPoolExecutor(THREADS, "webhooks")
            self._under_way = {
                endpoint_id: turn
                for endpoint_id, turn in self._under_way.items()
                if not turn.done()
            }
            begun = {
                endpoint_id: self._pool.submit(self._turn, endpoint_id)
                for endpoint_id in due
                if endpoint_id not in self._under_way
            }
            self._under_way |= begun
        return list(begun.values())

    def _turn(self, endpoint_id: str) -> Turn:
        done: list[Turn] = []
        self._guarded(
            lambda: done.append(self._deliver(endpoint_id, lambda: not self._stopped.is_set()))
        )
        return done[0] if done else Turn()

    @staticmethod
    def _guarded(work: Callable[[], object]) -> None:
        """Run something that is tried again in any case, so that no thread ends by it."""
        try:
            work()
        except ModerationError as error:
            log.warning("webhooks: %s", error.message)
        except Exception:
            log.exception("delivering webhooks failed")
