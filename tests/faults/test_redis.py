"""Redis counts the rate limits and refuses, hangs or forgets: nobody notices."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.faults.conftest import prepared
from tests.faults.readers import KEPT, Readers, settle
from tests.faults.servers import Redis, serving

pytestmark = pytest.mark.faults


def test_redis_gone_hanging_and_emptied(redis: Redis, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'moderation.sqlite3'}"
    environ = {
        **prepared(url, tmp_path),
        "MODERATION_RATE_LIMITS": "on",
        "MODERATION_REDIS_URL": redis.url,
        "MODERATION_TRUSTED_PROXIES": "1",
    }
    with serving(environ, tmp_path) as service, Readers(service.url) as readers:
        readers.wait_for_more()
        redis.signal(signal.SIGSTOP)
        readers.wait_for_more()
        redis.signal(signal.SIGCONT)
        redis.stop()
        readers.wait_for_more()
        redis.start()  # empty: what it had counted is gone
        readers.wait_for_more()
    assert set(readers.answers) <= {201, 202}
    assert settle(url, readers.ledger) == KEPT
