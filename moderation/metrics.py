"""The service's metrics in Prometheus' format.

What waits is read from the database. What happens is counted in each process; where the
processes share their counts (:mod:`moderation.count_files`), whoever is asked adds them
all up, those of processes that have ended included. Labels come from fixed lists, routes' templates
and sites' slugs: never from what somebody sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from moderation.count_files import keep_counts_apart, shared_files
from moderation.domain.reasons import REASONS
from moderation.domain.statuses import MODERATOR, PENDING, POLICY, UNDO
from moderation.services.facts import StatusChanged
from moderation.services.watch_backlog import Backlog, Waiting

if TYPE_CHECKING:
    from prometheus_client import Metric

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_HTTP_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SCORING_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)
_BATCH: Final = (1, 2, 4, 8, 16, 32, 64, 128)
_TRY_S: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)
_LAG_S: Final = (1, 5, 30, 300, 1800, 7200, 43200, 172800, 345600)


class Metrics:
    """The counts of one process, and the text with those of all."""

    def __init__(self) -> None:
        keep_counts_apart()
        # Imported here: how values are kept is decided when the library is loaded, by the
        # environment, which entry points set first.
        from prometheus_client import (  # noqa: PLC0415
            CollectorRegistry,
            Counter,
            Histogram,
            disable_created_metrics,
        )

        # Moments at which series began: nobody asks, and several processes cannot say.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()

        def count(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(f"moderation_{name}", meaning, labels, registry=registry)

        def spread(name: str, meaning: str, buckets: Sequence[float], *labels: str) -> Histogram:
            return Histogram(
                f"moderation_{name}", meaning, labels, registry=registry, buckets=buckets
            )

        self._submissions = count(
            "submissions", "Comments taken, by what became of them at once.", "outcome"
        )
        self._refused = count("submissions_refused", "Submissions refused, by code.", "code")
        self._policy = count(
            "policy_decisions", "Comments decided by the policy, by outcome.", "outcome"
        )
        self._reasons = count("reasons", "Reasons that the policy gave.", "reason")
        self._decisions = count("decisions", "Decisions of people, undone ones too.", "action")
        self._scoring_s = spread("scoring_seconds", "Time to score a batch.", _SCORING_S)
        self._batch = spread("scoring_batch_texts", "Texts scored together.", _BATCH)
        self._scoring_failures = count("scoring_failures", "Batches that got no scores.")
        self._tries = count("webhook_tries", "Tries to deliver an event, by outcome.", "outcome")
        self._try_s = spread("webhook_try_seconds", "Time that a try took.", _TRY_S)
        self._lag_s = spread(
            "webhook_delivery_seconds", "Time from an event to its delivery.", _LAG_S
        )
        self._requests = count("http_requests", "Requests answered.", "method", "route", "status")
        self._request_s = spread(
            "http_request_seconds", "Time to answer a request.", _HTTP_S, "method", "route"
        )

    def committed(self, facts: Sequence[object]) -> None:
        """Count what a transaction did, once it is committed."""
        for fact in facts:
            if isinstance(fact, StatusChanged):
                self._step(fact)

    def _step(self, step: StatusChanged) -> None:
        if step.before is None:
            self._submissions.labels(step.after).inc()
        if step.actor == POLICY and step.after != PENDING:
            self._policy.labels(step.after).inc()
            for reason in step.reasons:
                self._reasons.labels(reason if reason in REASONS else "other").inc()
        if step.actor in (MODERATOR, UNDO):
            self._decisions.labels(step.action).inc()

    def refused(self, code: str) -> None:
        """Count a submission that was refused with a code of ``web/problem.py``."""
        self._refused.labels(code).inc()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request.

        Args:
            route: the template of its route, or ``none``.
        """
        self._requests.labels(method, route, str(status)).inc()
        self._request_s.labels(method, route).observe(seconds)

    def scored(self, texts: int, seconds: float | None) -> None:
        """Count a batch.

        Args:
            seconds: that it took; None where it failed.
        """
        if seconds is None:
            self._scoring_failures.inc()
            return
        self._scoring_s.observe(seconds)
        self._batch.observe(texts)

    def webhook_try(self, outcome: str, seconds: float, age_s: float | None) -> None:
        """Count a try to deliver an event; ``age_s`` of one that was delivered."""
        self._tries.labels(outcome).inc()
        self._try_s.observe(seconds)
        if age_s is not None:
            self._lag_s.observe(age_s)

    def text(self, backlog: Backlog | None) -> bytes:
        """All metrics.

        Args:
            backlog: None while the store cannot answer.
        """
        from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415

        asked = CollectorRegistry(auto_describe=False)
        asked.register(_Source(self._counts))
        asked.register(_Source(lambda: _gauges(backlog)))
        return generate_latest(asked)

    def _counts(self) -> Iterator[Metric]:
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

        files = shared_files()
        if files is None:
            yield from self._registry.collect()
            return
        yield from MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]


class _Source:
    def __init__(self, collect: Any) -> None:
        self.collect = collect


def _gauges(backlog: Backlog | None) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    yield GaugeMetricFamily(
        "moderation_store_up", "Whether the database answers.", 0 if backlog is None else 1
    )
    if backlog is None:
        return
    yield GaugeMetricFamily(
        "moderation_scorer_ready",
        "Whether the process that was asked can score.",
        int(backlog.scorer_ready),
    )
    yield from _waiting("queue", "Held comments", {"site": backlog.queued})
    yield from _waiting("pending", "Comments without their scores", {"": backlog.unscored})
    yield from _waiting("webhook_due", "Webhook events that are due", {"site": backlog.undelivered})
    states = GaugeMetricFamily(
        "moderation_webhook_endpoints", "Webhook endpoints, by state.", labels=["state"]
    )
    for state, number in sorted(backlog.endpoints.items()):
        states.add_metric([state], number)
    yield states


def _waiting(name: str, meaning: str, labelled: dict[str, Any]) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    ((label, values),) = labelled.items()
    labels = [label] if label else []
    numbers = GaugeMetricFamily(f"moderation_{name}_number", f"{meaning}.", labels=labels)
    ages = GaugeMetricFamily(
        f"moderation_{name}_oldest_seconds", f"{meaning}: age of the oldest.", labels=labels
    )
    rows: dict[str, Waiting] = values if label else {"": values}
    for key, waiting in rows.items():
        numbers.add_metric([key] if label else [], waiting.number)
        ages.add_metric([key] if label else [], waiting.oldest_s)
    yield numbers
    yield ages
