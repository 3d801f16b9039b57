"""Concurrent submissions joined into one batch.

A model scores thirty texts together much faster than one by one. One thread owns the
model; callers hand in their texts and wait, each no longer than its deadline. What
gathers while a batch runs makes the next one, together with those who are on their way:
a busy service waits a moment for them, a lone caller waits for nobody.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager

from moderation.domain.scores import Scores
from moderation.errors import ScoringUnavailable

Run = Callable[[Sequence[str]], list[Scores]]

SHORT = 750
"""Characters that a shorter text counts for as well: scoring has a price of its own."""

BATCH_SIZE = 32 * SHORT
"""A batch of this size is scored in about a second on one slow core."""

GATHER_S = 0.02
"""Little beside the time that anybody waits where so many come that it is ever used up."""


def size_of(texts: Sequence[str]) -> int:
    """What texts count for in a batch, in characters."""
    return sum(max(SHORT, len(text)) for text in texts)


class _Job:
    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)
        self.size = size_of(texts)
        self.future: Future[list[Scores]] = Future()


class Batcher:
    """Scores through one thread, started with the first call (so after any fork).

    Args:
        run: scores a list of texts; called by one thread at a time.
        timeout_s: longest wait of a call, and longest run of a batch before further
            calls are refused at once.
        gather_s: how long a batch waits at most for those who are :meth:`coming`.
        max_size: most that is joined into a batch, as counted by :func:`size_of`.
        max_waiting: most calls that wait; one more is refused.
    """

    def __init__(
        self,
        run: Run,
        *,
        timeout_s: float = 10.0,
        gather_s: float = GATHER_S,
        max_size: int = BATCH_SIZE,
        max_waiting: int = 256,
    ) -> None:
        self._run = run
        self._timeout_s = timeout_s
        self._gather_s = gather_s
        self._max_size = max_size
        self._max_waiting = max_waiting
        self._begin()

    def _begin(self) -> None:
        self._changed = threading.Condition()
        self._jobs: deque[_Job] = deque()
        self._running_since: float | None = None
        self._coming: set[int] = set()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._process = os.getpid()

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Say that this thread is about to submit, so that a batch may wait for it.

        Submitting ends it, and so does the end of the block.
        """
        self._renew_after_fork()
        with self._changed:
            self._coming.add(threading.get_ident())
        try:
            yield
        finally:
            self.arrived()

    def arrived(self) -> None:
        """Say that no batch need wait for this thread any more: it waits itself, or never asks."""
        with self._changed:
            self._coming.discard(threading.get_ident())
            if self._is_complete():
                self._changed.notify_all()

    def submit(self, texts: Sequence[str]) -> list[Scores]:
        """Score texts together with whatever else is waiting.

        Args:
            texts: they stay together, so callers with many use :meth:`submit_all`.

        Raises:
            ScoringUnavailable: queue full, deadline passed, engine stuck or failing,
                or closed.
        """
        self._renew_after_fork()
        job = _Job(texts)
        with self._changed:
            self._check_open()
            self._jobs.append(job)
            self._start()
            self._coming.discard(threading.get_ident())
            # Always: the scoring thread may still have to learn that there is a job at all.
            self._changed.notify_all()
        try:
            return job.future.result(self._timeout_s)
        except FutureTimeout as error:
            job.future.cancel()
            raise ScoringUnavailable(
                f"Scoring took longer than {self._timeout_s:g} s.", retry_after_s=5
            ) from error

    def submit_all(self, texts: Sequence[str]) -> list[Scores]:
        """Score any number of texts, a batch at a time, each with a deadline of its own.

        Raises:
            ScoringUnavailable: as :meth:`submit`; nothing is given back then.
        """
        scores: list[Scores] = []
        portion: list[str] = []
        for text in texts:
            if portion and size_of([*portion, text]) > self._max_size:
                scores += self.submit(portion)
                portion = []
            portion.append(text)
        return scores + self.submit(portion) if portion else scores

    def is_stuck(self) -> bool:
        """Whether the batch under way has been running for longer than allowed."""
        since = self._running_since
        return since is not None and time.monotonic() - since > self._timeout_s

    def close(self, wait_s: float = 5.0) -> None:
        """Refuse further calls, let the running batch end, fail those that wait."""
        with self._changed:
            self._closed = True
            waiting, self._jobs = list(self._jobs), deque()
            self._changed.notify_all()
        for job in waiting:
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(ScoringUnavailable("The scorer is being stopped."))
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(wait_s)

    def _renew_after_fork(self) -> None:
        """Threads do not survive a fork, and locks may be held for ever."""
        if os.getpid() != self._process:
            self._begin()

    def _check_open(self) -> None:
        if self._closed:
            raise ScoringUnavailable("The scorer is being stopped.")
        if self.is_stuck():
            raise ScoringUnavailable(
                f"The scorer has not answered for {self._timeout_s:g} s.", retry_after_s=5
            )
        if len(self._jobs) >= self._max_waiting:
            raise ScoringUnavailable("Too many texts are waiting to be scored.", retry_after_s=2)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="scoring", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (batch := self._next_batch()) is not None:
            self._answer(batch)
            self._running_since = None

    def _next_batch(self) -> list[_Job] | None:
        """Wait for work; None means the end. Empty where all who waited gave up."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._closed)
            if self._closed:
                return None
            self._changed.wait_for(self._is_complete, self._gather_s)
            return self._taken()

    def _is_complete(self) -> bool:
        """Whether the next batch has nobody to wait for, or no room for more."""
        return (
            self._closed
            or not self._coming
            or sum(job.size for job in self._jobs) >= self._max_size
        )

    def _taken(self) -> list[_Job]:
        """The jobs that fit into one batch, at least one, without those given up."""
        batch: list[_Job] = []
        size = 0
        while self._jobs and (not batch or size + self._jobs[0].size <= self._max_size):
            job = self._jobs.popleft()
            if job.future.set_running_or_notify_cancel():
                batch.append(job)
                size += job.size
        return batch

    def _answer(self, batch: Sequence[_Job]) -> None:
        self._running_since = time.monotonic()
        try:
            answers = self._scored(batch)
        except Exception as error:
            if len(batch) > 1:  # one bad text must not fail its neighbours
                for job in batch:
                    self._answer([job])
            else:
                for job in batch:
                    job.future.set_exception(_as_unavailable(error))
            return
        for job, answer in zip(batch, answers, strict=True):
            job.future.set_result(answer)

    def _scored(self, batch: Sequence[_Job]) -> list[list[Scores]]:
        texts = [text for job in batch for text in job.texts]
        scores = self._run(texts) if texts else []
        if len(scores) != len(texts):
            raise ScoringUnavailable(
                "The scorer gave another number of scores than there were texts."
            )
        rest = iter(scores)
        return [[next(rest) for _ in job.texts] for job in batch]


def _as_unavailable(error: Exception) -> ScoringUnavailable:
    if isinstance(error, ScoringUnavailable):
        return error
    return ScoringUnavailable(f"The scorer failed: {type(error).__name__}.")
