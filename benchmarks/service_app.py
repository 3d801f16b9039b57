"""The service as a benchmark serves it: the same, with notes of what scoring took.

``gunicorn benchmarks.service_app:app`` with ``BENCH_NOTES``, a file to append to, and
``BENCH_CONSTANT=1`` for a scorer that costs nothing. A note is one line: ``batch N`` for
texts that went through the model together, or ``score SECONDS CPU`` for a call of the
services, with the CPU time of this process so far.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from moderation.app import create_app
from moderation.bootstrap import bootstrap
from moderation.domain.scores import Scores
from moderation.scoring.base import Scorer
from moderation.scoring.registry import load_scorer
from moderation.scoring.service_scorer import ServiceScorer
from moderation.settings import read_settings

_notes = os.open(os.environ["BENCH_NOTES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def _note(line: str) -> None:
    os.write(_notes, f"{line}\n".encode())


class Constant:
    """A scorer with one answer."""

    name = "constant"
    version = "1"
    labels = ("toxicity",)

    def score(self, texts: Sequence[str]) -> list[Scores]:
        return [Scores({"toxicity": 0.01}) for _ in texts]


class Noting:
    """A scorer that notes the size of each batch."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.name, self.version, self.labels = scorer.name, scorer.version, scorer.labels

    def score(self, texts: Sequence[str]) -> list[Scores]:
        _note(f"batch {len(texts)}")
        return self._scorer.score(texts)


class Timed(ServiceScorer):
    """The service's scorer, which notes how long each call waited."""

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """See :class:`ServiceScorer`."""
        began = time.perf_counter()
        try:
            return super().score(texts)
        finally:
            _note(f"score {time.perf_counter() - began} {time.process_time()}")


class TimedConstant(Timed):
    """Neither batches nor a cache: nothing but the service is left."""

    def __init__(self) -> None:
        super().__init__("constant", Constant)

    def _in_batches(self, texts: Sequence[str]) -> list[Scores]:
        return Constant().score(texts)


_settings = read_settings(os.environ)
_scorer = (
    TimedConstant()
    if os.environ.get("BENCH_CONSTANT")
    else Timed(
        _settings.scorer,
        lambda: Noting(
            load_scorer(
                _settings.scorer, instance=_settings.instance, threads=_settings.scoring_threads
            )
        ),
        timeout_s=_settings.scoring_timeout_s,
    )
)
app = create_app(runtime=bootstrap(_settings, scorer=_scorer))
