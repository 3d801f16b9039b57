"""What a worker does for a message: one call of a service."""

from __future__ import annotations

from moderation.bootstrap import Runtime, bootstrap
from moderation.services.score_pending import BATCH
from moderation.settings import Settings
from moderation.work_notice import DELIVER_TASK


class Jobs:
    """The jobs of one worker process, which owns its connections and its model."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._runtime: Runtime | None = None

    def begin(self, *, scores: bool = True) -> None:
        """Put the service together.

        Args:
            scores: load the model first; one that only delivers does without its memory.
        """
        self._runtime = bootstrap(self._settings)
        if scores:
            self._runtime.scorer.warm_up(wait=True)

    def end(self) -> None:
        """Let go of model and database."""
        if self._runtime is not None:
            self._runtime.close()

    def score_pending(self) -> None:
        """Score what waits, batch after batch."""
        runtime = self._begun()
        scored = BATCH
        while scored == BATCH:
            with runtime.tracing.span("score pending"):
                scored = runtime.services.score_pending().scored

    def sweep(self) -> None:
        """Everything that is due; each webhook endpoint gets a task of its own."""
        runtime = self._begun()
        assert runtime.notice is not None, "workers have a broker"
        with runtime.tracing.span("sweep"):
            for endpoint_id in runtime.services.deliver_webhooks.due():
                runtime.notice(DELIVER_TASK, endpoint_id)
            runtime.services.sweep()

    def deliver_webhooks(self, endpoint_id: str) -> None:
        """Deliver what is due at one endpoint."""
        runtime = self._begun()
        with runtime.tracing.span("deliver webhooks"):
            runtime.services.deliver_webhooks(endpoint_id)

    def _begun(self) -> Runtime:
        if self._runtime is None:
            # Pools without processes (solo, threads) send no signal at their start.
            self.begin()
        assert self._runtime is not None
        return self._runtime
