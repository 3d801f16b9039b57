"""The clock jumps while readers write, the scorer is away, and moderators decide."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.serving import make_server

from moderation.bootstrap import Runtime
from tests.fakes import FakeScorer
from tests.faults.readers import KEPT, Readers, settle
from tests.faults.servers import wait_for

pytestmark = pytest.mark.faults


class MovedClock:
    """The machine's time, put forward or back for this service alone."""

    def __init__(self) -> None:
        self._by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._by

    def move(self, **by: float) -> None:
        self._by += timedelta(**by)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def url(app: Flask, runtime: Runtime) -> Iterator[str]:
    """The service with this clock, on loopback, sweeping as it does under gunicorn."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    runtime.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_clock_that_jumps_under_a_steady_stream_loses_nothing(
    url: str,
    runtime: Runtime,
    scorer: FakeScorer,
    clock: MovedClock,
    environ: dict[str, str],
    moderator: Any,
) -> None:
    with Readers(url, pause_s=0.02) as readers:
        for days in (-2, 30):
            readers.wait_for_more()
            scorer.down = "away"
            readers.wait_for_more()
            clock.move(days=days)
            readers.wait_for_more()
            scorer.down = None
            readers.wait_for_more()
            for item in moderator.get("/api/v1/queue").json["items"][:5]:
                sent = {"action": "approve", "version": item["version"]}
                decided = moderator.post(f"/api/v1/comments/{item['id']}/decisions", json=sent)
                assert decided.status_code == 200
    database = environ["MODERATION_DATABASE_URL"]
    wait_for(lambda: not _pending(runtime), 60)
    assert set(readers.answers) <= {201, 202}
    assert readers.answers[202] > 0, "nothing waited for its score when the clock jumped"
    assert settle(database, readers.ledger) == KEPT


def _pending(runtime: Runtime) -> int:
    query = sa.text("SELECT count(*) FROM comments WHERE status = 'pending'")
    with runtime.store.engine.connect() as connection:
        return int(connection.execute(query).scalar() or 0)
