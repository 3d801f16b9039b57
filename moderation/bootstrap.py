"""The composition root: the only place that knows which store, scorer and clock there are."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from moderation.assembly import ServiceScorer, assemble
from moderation.domain.scores import Scores
from moderation.domain.statuses import PENDING
from moderation.metrics import Metrics
from moderation.scoring.service_scorer import build_scorer
from moderation.services.background import INTERVAL_S, Background
from moderation.services.catalogue import Services
from moderation.services.clock import Clock, utc_now
from moderation.services.delivery_threads import DeliveryThreads
from moderation.services.facts import EventStored, StatusChanged
from moderation.settings import Settings
from moderation.storage.unit_of_work import Store
from moderation.tracing import Tracing
from moderation.work_notice import DELIVER_TASK, SCORE_TASK, WorkNotice

MAIL_INTERVAL_S: Final = 5.0


@dataclass(frozen=True)
class Runtime:
    """A service put together, not yet running.

    Attributes:
        secret_key: signs cookies, receipts and tokens.
        notice: tells workers of work, where there are any.
    """

    settings: Settings
    secret_key: str
    store: Store
    scorer: ServiceScorer
    services: Services
    background: Background
    mails: Background
    deliveries: DeliveryThreads
    metrics: Metrics
    tracing: Tracing
    notice: WorkNotice | None

    def start(self) -> None:
        """Load the model, begin sweeping and delivering; called in the process that serves."""
        self.scorer.warm_up()
        self.background.start()
        if self.settings.smtp_url:
            self.mails.start()
        if self.settings.scoring == "inline":
            self.deliveries.start()

    def close(self) -> None:
        """Stop sweeping and delivering, let go of model and database."""
        self.background.stop()
        self.mails.stop()
        self.deliveries.stop()
        self.scorer.close()
        self.store.close()
        self.tracing.close()


def bootstrap(
    settings: Settings, *, clock: Clock = utc_now, scorer: ServiceScorer | None = None
) -> Runtime:
    """Put the service together.

    Args:
        clock: where services take the time from.
        scorer: instead of the configured one, in tests.

    Raises:
        SettingsError: the scorer's name is unknown, the instance folder cannot be used, or
            traces are wanted and their packages are missing.
    """
    metrics, tracing = Metrics(), Tracing(on=settings.tracing)
    scorer = scorer or build_scorer(
        settings.scorer,
        instance=settings.instance,
        threads=settings.scoring_threads,
        timeout_s=settings.scoring_timeout_s,
        measure=lambda texts, seconds: _measure(metrics, tracing, texts, seconds),
    )
    secret_key = settings.secret_key or _kept_secret(settings.instance)
    store = Store(settings.database_url)
    tracing.watch_store(store.engine)
    worker_mode = settings.scoring == "worker"
    notice = WorkNotice(settings.broker_url) if worker_mode and settings.broker_url else None
    traced = _TracedScorer(scorer, tracing) if tracing.on else scorer
    services = assemble(settings, secret_key, store, clock, traced, metrics)
    sweep = services.sweep.without_scoring if worker_mode else services.sweep
    background = Background(partial(sweep, margin_s=2 * INTERVAL_S))
    mails = Background(services.send_mail, "mail", MAIL_INTERVAL_S)
    deliveries = DeliveryThreads(services.deliver_webhooks)
    store.on_commit(metrics.committed)
    store.on_commit(tracing.committed)
    store.on_commit(lambda facts: _announce_work(facts, notice, deliveries))
    return Runtime(
        settings,
        secret_key,
        store,
        scorer,
        services,
        background,
        mails,
        deliveries,
        metrics,
        tracing,
        notice,
    )


class _TracedScorer:
    """A scorer whose calls are spans, with the number of texts.

    Args:
        scorer: the one that scores.
    """

    def __init__(self, scorer: ServiceScorer, tracing: Tracing) -> None:
        self._scorer = scorer
        self._tracing = tracing
        self.name = scorer.name

    @property
    def version(self) -> str:
        """Of the loaded model."""
        return self._scorer.version

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the loaded model."""
        return self._scorer.labels

    def status(self) -> tuple[bool, str]:
        """Whether it can score, and why not."""
        return self._scorer.status()

    def warm_up(self, *, wait: bool = False) -> None:
        """Load the model."""
        self._scorer.warm_up(wait=wait)

    def close(self) -> None:
        """Let go of the model."""
        self._scorer.close()

    def coming(self) -> AbstractContextManager[None]:
        """Say that a call is about to come."""
        return self._scorer.coming()

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """Score, as the scorer does."""
        with self._tracing.span("score", {"moderation.texts": len(texts)}):
            return self._scorer.score(texts)


def _measure(metrics: Metrics, tracing: Tracing, texts: int, seconds: float | None) -> None:
    metrics.scored(texts, seconds)
    tracing.scored(texts, seconds)


def _announce_work(
    facts: Sequence[object], notice: WorkNotice | None, deliveries: DeliveryThreads
) -> None:
    """Have what a transaction left to do begin at once; the sweep would find it, too."""
    for fact in facts:
        if isinstance(fact, EventStored):
            if notice is not None:
                notice(DELIVER_TASK, fact.endpoint_id)
            deliveries.wake()
        elif isinstance(fact, StatusChanged) and fact.after == PENDING and notice is not None:
            notice(SCORE_TASK)


def _kept_secret(instance: Path) -> str:
    """The secret in the instance folder, made on first use, readable by the owner only."""
    path = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        secret = secrets.token_hex(32)
        file.write(secret)
    return secret
