"""Traces by OpenTelemetry, sent over OTLP/HTTP; nothing at all unless switched on.

The spans are made here, not by OpenTelemetry's instrumentations, which take over paths,
queries, addresses and browsers: what is in a span is what is named below, and nothing that
anybody wrote can be; of a caller's own choosing are the two ids of ``traceparent`` alone. Where
they go, and how many are taken, is said by the standard variables
(``OTEL_EXPORTER_OTLP_ENDPOINT``, ``OTEL_TRACES_SAMPLER``, ``OTEL_SERVICE_NAME``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, event

from moderation.domain.reasons import REASONS
from moderation.errors import SettingsError
from moderation.services.facts import StatusChanged

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

PACKAGES: Final = "requirements-tracing.txt"
_MODULES: Final = ("opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http")
_STATEMENT_MAX: Final = 2_000
_STARTED: Final = "moderation_span"
Attributes = Mapping[str, str | int | float | bool]


def check_installed() -> None:
    """Refuse to trace without the packages.

    Raises:
        SettingsError: one of them is missing.
    """
    for module in _MODULES:
        try:
            found = find_spec(module)
        except ModuleNotFoundError:
            found = None
        if found is None:
            raise SettingsError(
                "MODERATION_TRACING is on, but OpenTelemetry is not installed: "
                f"pip install -r {PACKAGES}"
            )


class Tracing:
    """Makes spans; the one that is off makes none and needs no package.

    Args:
        on: whether to; the packages are imported only then.

    Raises:
        SettingsError: it is on, and the packages are missing.
    """

    def __init__(self, *, on: bool) -> None:
        self._tracer: Tracer | None = None
        self._provider: Any = None
        if on:
            check_installed()
            self._provider = _provider()
            self._tracer = self._provider.get_tracer("moderation")

    @property
    def on(self) -> bool:
        """Whether spans are made."""
        return self._tracer is not None

    @contextmanager
    def span(
        self,
        name: str,
        attributes: Attributes | None = None,
        carrier: Mapping[str, str] | None = None,
    ) -> Iterator[Any]:
        """A span around what is done inside; gives it, or None where nothing is traced.

        An exception is noted by its type: its message may quote a reader.

        Args:
            attributes: what it says; never what somebody sent.
            carrier: a request's headers, where it may continue a proxy's trace
                (W3C Trace Context).
        """
        if self._tracer is None:
            yield None
            return
        from opentelemetry.trace import SpanKind, Status, StatusCode  # noqa: PLC0415

        with self._tracer.start_as_current_span(
            name,
            context=_context_in(carrier) if carrier is not None else None,
            kind=SpanKind.INTERNAL if carrier is None else SpanKind.SERVER,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise

    def watch_store(self, engine: Engine) -> None:
        """Make a span of each statement that belongs to another span."""
        if self._tracer is None:
            return
        event.listen(engine, "before_cursor_execute", self._statement_begins)
        event.listen(engine, "after_cursor_execute", _statement_ends)
        event.listen(engine, "handle_error", _statement_fails)

    def scored(self, texts: int, seconds: float | None) -> None:
        """A batch as the model had it: it joins texts of several requests.

        Args:
            seconds: that it took; None where it failed.
        """
        if self._tracer is None:
            return
        from opentelemetry.context import Context  # noqa: PLC0415

        end = time.time_ns()
        span = self._tracer.start_span(
            "score batch",
            context=Context(),
            start_time=end - int((seconds or 0) * 1e9),
            attributes={"moderation.batch_size": texts, "moderation.scored": seconds is not None},
        )
        span.end(end)

    def committed(self, facts: Sequence[object]) -> None:
        """A moment for each decision, once it is committed."""
        if self._tracer is None:
            return
        for fact in facts:
            if isinstance(fact, StatusChanged):
                reasons = [code if code in REASONS else "other" for code in fact.reasons]
                attributes = {
                    "moderation.actor": fact.actor,
                    "moderation.action": fact.action,
                    "moderation.status": fact.after,
                    "moderation.reasons": reasons,
                }
                self._tracer.start_span("decide", attributes=attributes).end()

    def close(self) -> None:
        """Send what is left."""
        if self._provider is not None:
            self._provider.shutdown()

    def _statement_begins(self, connection: Any, _cursor: Any, statement: str, *_: object) -> None:
        from opentelemetry.trace import SpanKind, get_current_span  # noqa: PLC0415

        # Sweeps ask the store every second; on their own these are of no interest.
        if self._tracer is None or not get_current_span().is_recording():
            return
        span = self._tracer.start_span(
            statement.split(maxsplit=1)[0].upper(),
            kind=SpanKind.CLIENT,
            attributes={
                "db.system.name": connection.dialect.name,
                # With placeholders; the values are never in it.
                "db.query.text": statement[:_STATEMENT_MAX],
            },
        )
        connection.info.setdefault(_STARTED, []).append(span)


def _provider() -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    named = Resource.create()
    if str(named.attributes.get("service.name", "")).startswith("unknown_service"):
        named = Resource.create({"service.name": "comment-moderation"})
    provider = TracerProvider(resource=named)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


def _context_in(carrier: Mapping[str, str]) -> Any:
    from opentelemetry.context import Context  # noqa: PLC0415
    from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415
        TraceContextTextMapPropagator,
    )

    # Only the ids: what else a caller calls its baggage is not taken over.
    ids = {"traceparent": carrier["traceparent"]} if "traceparent" in carrier else {}
    return TraceContextTextMapPropagator().extract(ids, Context())


def _statement_ends(connection: Any, *_: object) -> None:
    if connection.info.get(_STARTED):
        connection.info[_STARTED].pop().end()


def _statement_fails(context: Any) -> None:
    connection = context.connection
    if connection is not None and connection.info.get(_STARTED):
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415

        span = connection.info[_STARTED].pop()
        span.set_attribute("error.type", type(context.original_exception).__name__)
        span.set_status(Status(StatusCode.ERROR))
        span.end()
