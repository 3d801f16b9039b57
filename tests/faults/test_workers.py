"""Celery workers as real processes, on Redis and on RabbitMQ.

Redis is one that the test starts; RabbitMQ is the machine's own, where one answers
(``MODERATION_TEST_AMQP_URL``, by default the guest's on loopback).
"""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from sqlalchemy import func, select, update

from models import ModerationLog, ScoringJob
from moderation.app import create_app
from moderation.bootstrap import Runtime, bootstrap
from moderation.settings import read_settings
from moderation.work_notice import SCORE_TASK, make_celery
from tests.conftest import OPERATOR
from tests.faults.readers import KEPT, Readers, settle
from tests.faults.servers import Relay, answers, serving, wait_for, working
from tests.functional.webhooks.receiver import receiving

pytestmark = pytest.mark.faults
AMQP_URL = os.environ.get("MODERATION_TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")
AMQP = urlsplit(AMQP_URL)
BROKERS = ["redis", *(["rabbitmq"] if answers(AMQP.port or 5672, AMQP.hostname) else [])]
COMMENTS = 40
KILLS = 10
SLOWEST_S = 12


@pytest.fixture(params=BROKERS)
def settings(
    request: pytest.FixtureRequest, environ: dict[str, str], runtime: Runtime
) -> dict[str, str]:
    """Worker mode on one broker, over the database in which ``runtime`` made the sites."""
    broker = AMQP_URL if request.param == "rabbitmq" else request.getfixturevalue("redis_url")
    return {
        **environ,
        "MODERATION_SCORING": "worker",
        "MODERATION_BROKER_URL": broker,
        # Loading the model on a busy machine must not decide this test.
        "MODERATION_SCORING_TIMEOUT_S": "60",
        "MODERATION_SCORING_GIVE_UP_S": "600",
        "MODERATION_SCORING_THREADS": "1",
    }


def test_worker_hears_of_comments_and_scores_each_once(
    settings: dict[str, str], runtime: Runtime, tmp_path: Path
) -> None:
    ids = _send(settings, range(COMMENTS), words=10)
    with working(settings, tmp_path) as worker:
        wait_for(lambda: _waiting(runtime) == 0, 90)
    assert worker.returncode == 0
    assert _decided(runtime) == dict.fromkeys(ids, 1)


def test_worker_killed_in_mid_batch_loses_and_doubles_nothing(
    settings: dict[str, str], runtime: Runtime, tmp_path: Path
) -> None:
    """The leases of the killed are moved into the past instead of waited for."""
    beat = ("-B", "-s", str(tmp_path / "beat"))
    # Long texts: a batch of them takes long enough to be hit in the middle.
    readers = {"count": 2, "more": " I know the street well." * 300, "pause_s": 0.5}
    with serving(settings, tmp_path) as service, Readers(service.url, **readers) as sent:
        for _ in range(KILLS):
            sent.wait_for_more(6)
            with working(settings, tmp_path, *beat) as worker:
                wait_for(lambda: _leased(runtime), 90)
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait(10)
            assert _leased(runtime), "the worker was not in the middle of a batch"
            _expire_leases(runtime)
    with working(settings, tmp_path, *beat):
        wait_for(lambda: _waiting(runtime) == 0, 240)
    assert set(sent.answers) == {202}
    assert settle(settings["MODERATION_DATABASE_URL"], sent.ledger) == KEPT
    assert _decided(runtime) == dict.fromkeys(sent.ledger.values(), 1)


def test_message_that_comes_five_times_scores_once(
    settings: dict[str, str], runtime: Runtime, tmp_path: Path
) -> None:
    broker = make_celery(settings["MODERATION_BROKER_URL"])
    with (
        serving(settings, tmp_path) as service,
        working(settings, tmp_path, "--concurrency", "2"),
        Readers(service.url, pause_s=0.1) as sent,
    ):
        for _ in range(10):
            sent.wait_for_more(2)
            for _ in range(5):
                broker.send_task(SCORE_TASK)
        wait_for(lambda: _waiting(runtime) == 0, 90)
    broker.close()
    with working(settings, tmp_path):
        wait_for(lambda: _waiting(runtime) == 0, 90)
    assert settle(settings["MODERATION_DATABASE_URL"], sent.ledger) == KEPT
    assert _decided(runtime) == dict.fromkeys(sent.ledger.values(), 1)


def test_broker_gone_hanging_and_emptied(
    settings: dict[str, str], runtime: Runtime, tmp_path: Path
) -> None:
    """A relay refuses and hangs in the broker's place: RabbitMQ is the machine's own."""
    url = urlsplit(settings["MODERATION_BROKER_URL"])
    relay = Relay(url.hostname or "127.0.0.1", url.port or 5672)
    user = f"{url.username}:{url.password}@" if url.username else ""
    through = f"{url.scheme}://{user}127.0.0.1:{relay.port}{url.path}"
    settings = {**settings, "MODERATION_BROKER_URL": through}
    beat = ("-B", "-s", str(tmp_path / "beat"))
    with (
        serving(settings, tmp_path) as service,
        Readers(service.url, count=2, pause_s=0.1) as sent,
        working(settings, tmp_path, *beat),
    ):
        sent.wait_for_more()
        relay.hang()
        sent.wait_for_more(20)
        relay.flow()
        sent.wait_for_more()
        relay.refuse()
        sent.wait_for_more(20)
        relay.open()
        direct = make_celery(urlunsplit(url))
        direct.control.purge()
        direct.close()
        sent.wait_for_more()
        # With readers at work there is always something that waits: but not for long.
        scored = len(_decided(runtime))
        wait_for(lambda: len(_decided(runtime)) > scored + 5, 60)
    with working(settings, tmp_path, *beat):
        wait_for(lambda: _waiting(runtime) == 0, 120)
    relay.refuse()
    assert set(sent.answers) == {202}
    assert sent.slowest_s < SLOWEST_S
    assert settle(settings["MODERATION_DATABASE_URL"], sent.ledger) == KEPT
    assert _decided(runtime) == dict.fromkeys(sent.ledger.values(), 1)


def test_workers_deliver_webhooks_announced_or_found_by_the_sweep(
    settings: dict[str, str], runtime: Runtime, tmp_path: Path
) -> None:
    settings = {**settings, "MODERATION_WEBHOOK_ALLOW_PRIVATE": "on"}
    # This service knows no broker, so nobody is told of what it stores.
    made = bootstrap(read_settings({**settings, "MODERATION_BROKER_URL": ""}))
    with receiving() as receiver:
        hook = made.services.webhooks.create(OPERATOR, "demo", receiver.url)
        made.services.webhook_deliveries.test(OPERATOR, "demo", hook.id)
        ids = _send(settings, range(5), words=10)
        with working(settings, tmp_path, "-B", "-s", str(tmp_path / "beat")):
            wait_for(lambda: len(receiver.requests) == 6, 90)
        told = receiver.events(hook.secret or "")
        assert sorted(event["type"] for event in told) == [
            *["comment.published"] * 5,
            "webhook.test",
        ]
        published = [event["data"]["id"] for event in told if event["type"] != "webhook.test"]
        assert sorted(published) == sorted(ids)
    made.close()


def test_worker_for_webhooks_alone_delivers_without_a_model(
    settings: dict[str, str], runtime: Runtime, tmp_path: Path
) -> None:
    settings = {**settings, "MODERATION_WEBHOOK_ALLOW_PRIVATE": "on"}
    made = bootstrap(read_settings(settings))
    with receiving() as receiver, working(settings, tmp_path, "-Q", "webhooks") as worker:
        hook = made.services.webhooks.create(OPERATOR, "demo", receiver.url)
        made.services.webhook_deliveries.test(OPERATOR, "demo", hook.id)
        wait_for(lambda: receiver.requests, 60)
        children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
        loaded = [Path(f"/proc/{pid}/maps").read_text() for pid in children]
    made.close()
    assert loaded
    assert not any("onnxruntime" in maps for maps in loaded)


def _send(settings: dict[str, str], places: range, *, words: int) -> list[str]:
    made = bootstrap(read_settings(settings), clock=_a_little_ago)
    client = create_app(runtime=made).test_client()
    ids = []
    for place in places:
        answer = client.post(
            "/api/v1/sites/demo/comments",
            json={
                "name": "Ann",
                "email": f"ann{place}@example.com",
                "body": f"Reader {place} says: " + "good " * words,
                "page_url": "https://news.example/bridge",
            },
        )
        assert (answer.status_code, answer.json["status"]) == (202, "pending")
        ids.append(answer.json["id"])
    made.close()
    return ids


def _a_little_ago() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=1)


def _waiting(runtime: Runtime) -> int:
    with runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(ScoringJob)) or 0


def _leased(runtime: Runtime) -> int:
    leased = select(func.count()).where(ScoringJob.lease_until.is_not(None))
    with runtime.store.read() as session:
        return session.scalar(leased) or 0


def _expire_leases(runtime: Runtime) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    with runtime.store.write() as session:
        session.execute(
            update(ScoringJob).where(ScoringJob.lease_until.is_not(None)).values(lease_until=past)
        )


def _decided(runtime: Runtime) -> dict[str, int]:
    """How often each comment was decided by the policy from scores."""
    decided = (
        select(ModerationLog.comment_id, func.count())
        .where(ModerationLog.action == "scored")
        .group_by(ModerationLog.comment_id)
    )
    with runtime.store.read() as session:
        return {comment_id: number for comment_id, number in session.execute(decided)}
