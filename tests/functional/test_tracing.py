"""Traces go to a real OTLP receiver, hang together, and hold nothing that anybody wrote."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from moderation.errors import SettingsError
from moderation.settings import read_settings
from moderation.tasks.jobs import Jobs
from moderation.tracing import PACKAGES, Tracing

ROOT = Path(__file__).parents[2]
TRACE = "0af7651916cd43dd8448eb211c80319c"


class Collector:
    """Takes OTLP over HTTP, as a collector does."""

    def __init__(self) -> None:
        self.raw = b""
        self.spans: list[Any] = []
        self.resources: list[dict[str, str]] = []

    def take(self, body: bytes) -> None:
        self.raw += body
        sent = ExportTraceServiceRequest.FromString(body)
        for resource in sent.resource_spans:
            self.resources.append(
                {one.key: one.value.string_value for one in resource.resource.attributes}
            )
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]

    def named(self, name: str) -> list[Any]:
        return [span for span in self.spans if span.name == name]


def said(span: Any) -> dict[str, Any]:
    return {
        one.key: getattr(one.value, one.value.WhichOneof("value") or "string_value")
        for one in span.attributes
    }


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    made = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            made.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def environ(environ: dict[str, str], collector: Collector) -> dict[str, str]:
    return {**environ, "MODERATION_TRACING": "on"}


def test_a_submission_is_one_trace_without_what_was_sent(
    client: Any, runtime: Any, collector: Collector
) -> None:
    answer = client.post(
        "/api/v1/sites/demo/comments?nudge=0",
        json={"name": "Annabella", "email": "annabella@example.com", "website": "",
              "body": "{insult=0.9} unmistakable words", "page_url": "https://news.example/p4th"},
        headers={"X-Request-ID": "request-1", "User-Agent": "Br0wser/5", "Cookie": "c00kie=1",
                 "X-Forwarded-For": "203.0.113.9", "traceparent": f"00-{TRACE}-b7ad6b7169203331-01",
                 "tracestate": "vendor=st4te", "baggage": "who=b4ggage"},
        environ_base={"REMOTE_ADDR": "198.51.100.7"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    token = answer.json["receipt"]["token"]
    client.get(f"/api/v1/receipts/{token}")
    client.get("/api/v1/sites/demo/comments?page_url=https://news.example/s3cret")
    client.get("/healthz")
    own = client.get("/no/such/p4th").headers["X-Request-ID"]
    runtime.tracing.close()

    (request,) = collector.named("POST /api/v1/sites/<site>/comments")
    assert said(request) == {
        "http.request.method": "POST",
        "http.route": "/api/v1/sites/<site>/comments",
        "http.response.status_code": 201,
    }
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (TRACE, "b7ad6b7169203331")
    (unknown,) = collector.named("GET none")
    assert said(unknown)["moderation.request_id"] == own
    (score,) = collector.named("score")
    assert said(score) == {"moderation.texts": 1}
    decide = next(one for one in collector.named("decide") if one.trace_id == request.trace_id)
    found = said(decide)
    assert (found["moderation.actor"], found["moderation.status"]) == ("policy", "queued")
    assert [one.string_value for one in found["moderation.reasons"].values] == ["insult"]
    inserts = [one for one in collector.named("INSERT") if one.trace_id == request.trace_id]
    for span in (score, decide, *inserts):
        assert (span.trace_id, span.parent_span_id) == (request.trace_id, request.span_id)
    assert any("INSERT INTO comments" in said(one)["db.query.text"] for one in inserts)
    assert {one.name for one in collector.spans if one.kind == 2} == {
        request.name, "GET /api/v1/receipts/<token>", "GET /api/v1/sites/<site>/comments", "GET none",
    }  # fmt: skip
    assert collector.resources[0]["service.name"] == "comment-moderation"
    sent = ("Annabella", "annabella", "unmistakable", "p4th", "s3cret", "Br0wser", "c00kie", "203.0",
            "198.51", "st4te", "b4ggage", "request-1", token, answer.json["id"])  # fmt: skip
    assert [one for one in sent if one.encode() in collector.raw] == []


def test_an_exception_is_named_by_its_type_alone(
    client: Any, runtime: Any, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("unmistakable words of a reader")

    monkeypatch.setattr(type(runtime.services.show_feed), "__call__", fail)
    client.application.testing = False
    assert client.get("/sites/demo/feed.atom").status_code == 500
    with pytest.raises(RuntimeError), runtime.tracing.span("score pending"):
        fail()
    runtime.tracing.close()
    (job,) = collector.named("score pending")
    assert (said(job), job.status.code, job.status.message) == (
        {"error.type": "RuntimeError"},
        2,
        "",
    )
    request = next(one for one in collector.spans if one.kind == 2)
    assert said(request)["error.type"] == "500"
    assert b"unmistakable" not in collector.raw


def test_workers_trace_the_batch_that_they_score(
    environ: dict[str, str], submit: Any, scorer: Any, collector: Collector
) -> None:
    scorer.down = "away"
    for _ in range(3):
        submit()
    jobs = Jobs(read_settings(environ))
    jobs.begin()
    jobs.score_pending()
    jobs.end()
    (job,) = collector.named("score pending")
    (score,) = [one for one in collector.named("score") if one.trace_id == job.trace_id]
    assert said(score) == {"moderation.texts": 3}
    assert {"moderation.batch_size": 3, "moderation.scored": True} in [
        said(one) for one in collector.named("score batch")
    ]
    decided = [one for one in collector.named("decide") if one.trace_id == job.trace_id]
    assert len(decided) == 3


def test_packages_are_loaded_only_when_wanted_and_named_when_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "import sys, wsgi; print([name for name in sys.modules if 'opentelemetry.sdk' in name])"
    )
    plain = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True,
        env={"MODERATION_INSTANCE": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert plain.stdout == "[]\n"
    monkeypatch.setattr("moderation.tracing.find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=f"pip install -r {PACKAGES}"):
        Tracing(on=True)
    assert (ROOT / PACKAGES).exists()
    with Tracing(on=False).span("anything") as span:
        assert span is None
