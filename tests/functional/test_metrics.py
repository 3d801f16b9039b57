"""Metrics: what they count, over several processes, and who may read them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from moderation.app import create_app
from moderation.metrics import Metrics
from moderation.scoring.service_scorer import ServiceScorer
from moderation.web.access_rules import declared_routes
from tests.fakes import FakeScorer

ROOT = Path(__file__).parents[2]
TOKEN = "a token for metrics only, and long"


def _samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name.removeprefix("moderation_"), frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def read(client: Any) -> Any:
    """The value of a metric: ``read("submissions_total", outcome="queued")``."""

    def value(name: str, **labels: str) -> float | None:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        return _samples(answer.text).get((name, frozenset(labels.items())))

    return value


def test_what_happens_is_counted_once_it_is_committed(
    submit: Any, moderator: Any, scorer: Any, runtime: Any, clock: Any, read: Any
) -> None:
    sent = {"body": "The same text."}
    submit(**sent)
    assert submit(**sent).status_code == 409
    held = submit(body="{insult=0.9} {threat=0.9}").json["id"]
    url = f"/api/v1/comments/{held}/decisions"
    assert moderator.post(url, json={"action": "approve", "version": 7}).status_code == 409
    decision = moderator.post(url, json={"action": "approve", "version": 1}).json
    moderator.post(f"/api/v1/decisions/{decision['id']}/undo")
    scorer.down = "away"
    submit()
    assert read("submissions_total", outcome="published") == 1
    assert read("submissions_total", outcome="queued") == 1
    assert read("submissions_total", outcome="pending") == 1
    assert read("submissions_refused_total", code="duplicate") == 1
    assert read("reasons_total", reason="insult") == read("reasons_total", reason="threat") == 1
    assert read("decisions_total", action="approve") == read("decisions_total", action="undo") == 1
    assert read("policy_decisions_total", outcome="queued") == 1
    clock.move(seconds=30)
    assert (read("pending_number"), read("pending_oldest_seconds")) == (1, 30)
    assert (read("queue_number", site="demo"), read("queue_number", site="other")) == (1, None)
    assert read("queue_oldest_seconds", site="demo") == 31
    assert (read("store_up"), read("scorer_ready")) == (1, 0)
    route = "/api/v1/sites/<site>/comments"
    assert read("http_requests_total", method="POST", route=route, status="201") == 2
    assert read("http_requests_total", method="POST", route=route, status="409") == 1
    assert read("http_request_seconds_count", method="POST", route=route) == 4


def test_batches_are_measured(read: Any, runtime: Any) -> None:
    fake = FakeScorer()
    scorer = ServiceScorer("fake", lambda: fake, measure=runtime.metrics.scored)
    scorer.score(["one", "two", "three"])
    fake.down = "away"
    with pytest.raises(Exception, match="away"):
        scorer.score(["four"])
    scorer.close()
    assert (read("scoring_seconds_count"), read("scoring_batch_texts_sum")) == (1, 3)
    assert read("scoring_failures_total") == 1


def test_webhooks_are_measured(
    submit: Any, admin: Any, runtime: Any, clock: Any, read: Any
) -> None:
    admin.post("/api/v1/sites/demo/webhooks", json={"url": "http://hooks.invalid/"})
    submit()
    clock.move(seconds=60)
    assert read("webhook_due_number", site="demo") == 1
    assert read("webhook_due_oldest_seconds", site="demo") == 60
    runtime.deliveries.once()
    assert read("webhook_tries_total", outcome="unknown_host") == 1
    assert read("webhook_endpoints", state="failing") == 1
    assert read("webhook_due_number", site="demo") is None


def test_labels_are_bounded_and_nothing_private_is_in_them(
    client: Any, submit: Any, read: Any
) -> None:
    sent = submit(
        name="Ann Private", body="{insult=0.9} secret words", page_url="https://news.example/x"
    ).json
    client.get(f"/receipts/{sent['receipt']['token']}")
    client.get("/no/such/ann.private@example.com")
    client.open("/", method="BREW")
    text = client.get("/metrics").text
    for word in (
        "Private",
        "ann",
        "secret",
        "127.0.0.1",
        sent["id"],
        sent["receipt"]["token"],
        "BREW",
    ):
        assert word not in text, word
    routes = {route.rule for route in declared_routes(client.application)} | {"none"}
    assert {
        dict(labels)["route"] for _, labels in _samples(text) if "route" in dict(labels)
    } <= routes


def test_who_may_read_them(runtime: Any, as_role: Any) -> None:
    admin = as_role("admin").headers
    moderator = as_role("moderator", "demo").headers
    own = {"Authorization": f"Bearer {TOKEN}"}

    def ask(
        access: str, headers: Any = None, base: str = "http://127.0.0.1:8000", **environ: str
    ) -> int:
        settings = replace(runtime.settings, metrics=access, metrics_token=TOKEN)
        client = create_app(runtime=replace(runtime, settings=settings)).test_client()
        return int(
            client.get("/metrics", base_url=base, headers=headers, environ_base=environ).status_code
        )

    assert (
        ask("local")
        == ask("local", base="http://localhost")
        == ask("local", base="http://[::1]:1")
        == 200
    )
    assert ask("local", REMOTE_ADDR="10.0.0.5") == ask("local", REMOTE_ADDR="") == 401
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"):
        assert ask("local", {header: "203.0.113.9"}) == 401
    assert ask("local", base="http://comments.example") == 401
    assert (
        ask("local", admin, REMOTE_ADDR="10.0.0.5")
        == ask("local", own, REMOTE_ADDR="10.0.0.5")
        == 200
    )
    assert ask("token") == ask("token", {"Authorization": "Bearer wrong"}) == 401
    assert (ask("token", moderator), ask("token", admin), ask("token", own)) == (403, 200, 200)
    assert ask("off") == ask("off", admin) == 404


def test_store_that_does_not_answer_leaves_the_counts(
    runtime: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moderation.errors import Unavailable

    def away(*_: Any) -> None:
        raise Unavailable("away")

    monkeypatch.setattr(type(runtime.services.backlog), "__call__", away)
    text = client.get("/metrics").text
    assert "moderation_store_up 0.0" in text
    assert "moderation_http_requests_total" in text


def test_processes_add_up_also_those_that_have_ended_or_run_elsewhere(tmp_path: Path) -> None:
    program = """
import socket, sys
from pathlib import Path
socket.gethostname = lambda: sys.argv[2]
from moderation.count_files import forget_counts, share_counts
from moderation.metrics import Metrics
share_counts(Path(sys.argv[1]))
if sys.argv[3] == "begin":
    forget_counts()
metrics = Metrics()
metrics.refused("flood")
metrics.scored(4, 0.2)
print(metrics.text(None).decode())
"""

    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "counts")}

    def run(host: str, how: str = "go on") -> dict[Any, float]:
        command = [sys.executable, "-c", program, str(tmp_path), host, how]
        result = subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True
        )
        return _samples(result.stdout)

    flood = ("submissions_refused_total", frozenset({("code", "flood")}))
    assert run("web")[flood] == 1
    assert run("web")[flood] == 2
    third = run("worker")
    assert third[flood] == 3
    assert (
        third["scoring_seconds_count", frozenset()],
        third["scoring_batch_texts_sum", frozenset()],
    ) == (3, 12)
    assert run("web", "begin")[flood] == 2


def test_command_beside_the_service_leaves_the_shared_folder_alone(tmp_path: Path) -> None:
    program = """
from moderation.metrics import Metrics
metrics = Metrics()
metrics.refused("flood")
print(metrics.text(None).decode())
"""
    counts = tmp_path / "counts"
    counts.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(counts)},
    )  # fmt: skip
    assert 'submissions_refused_total{code="flood"} 1.0' in done.stdout
    assert list(counts.iterdir()) == []


def test_dashboard_rules_and_page_name_only_metrics_that_are_there() -> None:
    names = set(re.findall(r"^# TYPE (moderation_\w+)", _everything(), re.MULTILINE))
    page = (ROOT / "docs/metrics.md").read_text()
    assert set(re.findall(r"`(moderation_\w+)`", page)) == names
    dashboard = json.loads((ROOT / "deploy/grafana/comment-moderation.json").read_text())
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = (ROOT / "deploy/prometheus/alerts.yml").read_text()
    for text in (*expressions, rules):
        for used in re.findall(r"moderation_\w+", text):
            assert re.sub(r"_(bucket|count|sum)$", "", used) in names, used
    shown = {name for name in names if any(name in text for text in expressions)}
    assert shown == names


def _everything() -> str:
    from moderation.services.watch_backlog import Backlog, Waiting

    some = {"demo": Waiting(1, 1.0)}
    return (
        Metrics().text(Backlog(some, Waiting(0, 0.0), some, {"ok": 1}, scorer_ready=True)).decode()
    )
