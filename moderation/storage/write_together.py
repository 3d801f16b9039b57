"""Writers who come at once share one transaction.

SQLite lets one writer in at a time, so under load writers queue. Whoever is at the head of
the queue takes along those behind: beginning, committing and the disk are paid for once, and
the rows of all go into each table together. A lone writer waits for nobody.
"""

from __future__ import annotations

import copy
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from sqlalchemy.orm import Session

from moderation.errors import ModerationError, Unavailable
from moderation.storage.unit_of_work import Store

Wish = TypeVar("Wish")
Done = TypeVar("Done")

MOST: Final = 16
"""Wishes in one transaction: others wait for it, so it must not last too long."""


class WriteTogether(Generic[Wish, Done]):
    """Does what several threads want in one transaction, on SQLite.

    Elsewhere writers do not wait for each other, and each wish has a transaction of its own.

    Args:
        work: does what is wished, and says for each wish in order what came of it, or why it
            is refused; of what was refused only tidying may be written. Where it raises,
            nothing is written, and each wish is tried alone.
    """

    def __init__(
        self,
        store: Store,
        work: Callable[[Session, Sequence[Wish]], Sequence[Done | ModerationError]],
    ) -> None:
        self._store = store
        self._work = work
        self._lock = threading.Lock()
        self._queue: deque[_Job[Wish, Done]] = deque()
        self._is_led = False

    def __call__(self, wish: Wish) -> Done:
        """What came of a wish; when this returns, it is committed.

        Raises:
            ModerationError: it was refused, or the store cannot write.
        """
        job: _Job[Wish, Done] = _Job(wish)
        if not self._store.has_one_writer:
            self._settle([job])
            return job.result()
        with self._lock:
            self._queue.append(job)
            leads, self._is_led = not self._is_led, True
        if not leads:
            try:
                job.woken.wait()
            except BaseException:
                self._leave(job)
                raise
        if not job.is_settled:
            self._lead()
        return job.result()

    def _lead(self) -> None:
        """Settle the head of the queue, this thread's own wish first, and pass the lead on."""
        with self._lock:
            jobs = self._taken(MOST)
        try:
            self._settle(jobs)
        finally:
            with self._lock:
                if isinstance(jobs[0].outcome, Unavailable):
                    # Waiting as long once more, for each to find out by itself, helps nobody.
                    refused = self._taken(len(self._queue))
                    for job in refused:
                        job.outcome = copy.copy(jobs[0].outcome)
                    jobs += refused
                self._pass_on()
            for job in jobs:
                job.is_settled = True
                job.woken.set()

    def _taken(self, most: int) -> list[_Job[Wish, Done]]:
        return [self._queue.popleft() for _ in range(min(most, len(self._queue)))]

    def _pass_on(self) -> None:
        self._is_led = bool(self._queue)
        if self._queue:
            self._queue[0].woken.set()

    def _leave(self, job: _Job[Wish, Done]) -> None:
        """Give up the place of a thread that was stopped while it waited."""
        with self._lock:
            if job in self._queue:
                self._queue.remove(job)
                if job.woken.is_set():
                    self._pass_on()

    def _settle(self, jobs: Sequence[_Job[Wish, Done]]) -> None:
        outcomes: Sequence[Done | Exception]
        try:
            with self._store.write() as session:
                outcomes = self._work(session, [job.wish for job in jobs])
        except Unavailable as error:
            outcomes = [copy.copy(error) for _ in jobs]
        except Exception as error:  # noqa: BLE001 - it is raised in the thread that it is about
            if len(jobs) > 1:
                for job in jobs:
                    self._settle([job])
                return
            outcomes = [error]
        for job, outcome in zip(jobs, outcomes, strict=True):
            job.outcome = outcome


class _Job(Generic[Wish, Done]):
    """A thread's wish.

    Attributes:
        woken: set when it is settled, or when its thread is to lead.
        outcome: what came of it, or what to raise.
    """

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.woken = threading.Event()
        self.is_settled = False
        # Stays where the leading thread is killed: then nobody knows what came of it.
        self.outcome: Done | Exception = Unavailable("The store is busy.", retry_after_s=5)

    def result(self) -> Done:
        """What came of the wish, or why nothing did."""
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome
