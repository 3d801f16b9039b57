"""The scorer that the service holds: loading, batching, cache and time-outs together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from moderation.domain.scores import Scores
from moderation.errors import ScoringUnavailable
from moderation.scoring.base import Scorer
from moderation.scoring.batcher import Batcher
from moderation.scoring.cache import ScoreCache
from moderation.scoring.loading import RETRY_S, Loader
from moderation.scoring.registry import check_scorer_name, load_scorer

TIMEOUT_S = 10.0
CACHE_SIZE = 4096
Measure = Callable[[int, float | None], None]
PROBE_TEXT = "Thank you for the article."


class ServiceScorer:
    """Implements the ``Scorer`` port for a service of many threads.

    Whatever goes wrong below becomes :class:`ScoringUnavailable`, within the time-out.

    Args:
        name: what an admin configured.
        load: makes the scorer underneath.
        timeout_s: for the load that a first call waits for, and for each batch.
        retry_s: least time between two tries to load, or to score after a failure.
        measure: told of each batch: how many texts, and its seconds, or None where it
            failed; must neither fail nor wait.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Scorer],
        *,
        timeout_s: float = TIMEOUT_S,
        retry_s: float = RETRY_S,
        measure: Measure = lambda *_: None,
    ) -> None:
        self.name = name
        self._measure = measure
        self._timeout_s = timeout_s
        self._retry_s = retry_s
        self._loader = Loader(load, retry_s=retry_s)
        self._batcher = Batcher(self._run, timeout_s=timeout_s)
        self._cache = ScoreCache(CACHE_SIZE)
        self._problem: str | None = None
        self._probed_at = float("-inf")

    @property
    def version(self) -> str:
        """Of the loaded model; empty before."""
        return self._loader.loaded.version if self._loader.loaded else ""

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the loaded model; empty before."""
        return self._loader.loaded.labels if self._loader.loaded else ()

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """See :class:`moderation.scoring.base.Scorer`."""
        scorer = self._loader.wait(self._timeout_s)
        return self._cache.scores(
            texts,
            version=scorer.version,
            compute=self._in_batches,
            waiting=self._batcher.arrived,
        )

    def coming(self) -> AbstractContextManager[None]:
        """Around what leads to a call of :meth:`score`: batches wait a moment for it."""
        return self._batcher.coming()

    def status(self) -> tuple[bool, str]:
        """Whether it can score now, and what is wrong if not. Returns at once.

        Asking also sees to it that what failed is tried again in the background.
        """
        if self._loader.loaded is None:
            self._loader.start()
            return False, self._loader.problem
        if self._batcher.is_stuck():
            return False, "The scorer does not answer."
        if self._problem is not None:
            self._probe()
            return False, self._problem
        return True, f"{self.name} {self.version}"

    def warm_up(self, *, wait: bool = False) -> None:
        """Load and score once, in the background unless ``wait`` is set; never raises."""
        self._loader.start()
        thread = threading.Thread(target=self._score_probe, name="warm-up-scorer", daemon=True)
        thread.start()
        if wait:
            thread.join()

    def close(self) -> None:
        """Stop the scoring thread; later calls are refused."""
        self._batcher.close()

    def _in_batches(self, texts: Sequence[str]) -> list[Scores]:
        try:
            scores = self._batcher.submit_all(texts)
        except ScoringUnavailable as error:
            self._problem = error.message
            raise
        self._problem = None
        return scores

    def _run(self, texts: Sequence[str]) -> list[Scores]:
        scorer = self._loader.wait(self._timeout_s)
        started = time.perf_counter()
        try:
            scores = scorer.score(texts)
        except Exception:
            self._measure(len(texts), None)
            raise
        self._measure(len(texts), time.perf_counter() - started)
        return scores

    def _probe(self) -> None:
        now = time.monotonic()
        if now - self._probed_at >= self._retry_s:
            self._probed_at = now
            self.warm_up()

    def _score_probe(self) -> None:
        try:
            self._loader.wait(self._timeout_s)
            self._in_batches([PROBE_TEXT])
        except ScoringUnavailable as error:
            self._problem = error.message


def build_scorer(
    name: str,
    *,
    instance: Path,
    threads: int | None = None,
    timeout_s: float = TIMEOUT_S,
    measure: Measure = lambda *_: None,
) -> ServiceScorer:
    """Compose what ``bootstrap`` hands to the services.

    Args:
        name: the setting ``MODERATION_SCORER``.
        instance: the service's folder.
        threads: for the model; the cores at hand by default.
        timeout_s: longest wait for a score.
        measure: told of each batch, for metrics.

    Raises:
        UnknownScorer: at once. A known scorer with missing or broken files is reported
            by ``status()`` and by each call instead.
    """
    check_scorer_name(name)
    return ServiceScorer(
        name,
        lambda: load_scorer(name, instance=instance, threads=threads),
        timeout_s=timeout_s,
        measure=measure,
    )
