"""Rate limits that processes share through Redis, and a Redis that goes away."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.errors import TooManyRequests
from moderation.web import limits
from moderation.web.limits import RateLimits, RateRule
from tests.faults.servers import answers, wait_for

pytestmark = pytest.mark.faults
RULE = RateRule("test", "4/hour", "flood", "Slow down.")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Redis server of this test's own, to be killed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    wait_for(lambda: answers(port), 30)
    yield f"redis://127.0.0.1:{port}/0", server
    server.kill()
    server.wait(10)


def test_two_processes_share_a_limit_and_go_on_alone_when_redis_is_gone(
    redis: tuple[str, subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A Redis that is only slow must not be taken for one that is gone.
    for name in ("socket_connect_timeout", "socket_timeout"):
        monkeypatch.setitem(limits._REDIS_OPTIONS, name, 20)
    url, server = redis
    one, other = RateLimits(url), RateLimits(url)
    for each in (one, other, one, other):
        each.spend(RULE, "a")
    for each in (one, other):
        with pytest.raises(TooManyRequests):
            each.spend(RULE, "a")
    server.kill()
    server.wait(10)
    for each in (one, other):
        for _ in range(4):
            each.spend(RULE, "a")
        with pytest.raises(TooManyRequests):
            each.spend(RULE, "a")
