"""Rate limits that processes share through Redis, and a Redis that goes away."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.errors import TooManyRequests
from moderation.web.limits import RateLimits, RateRule

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
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0", server
    server.kill()
    server.wait(10)


def test_two_processes_share_a_limit_and_go_on_alone_when_redis_is_gone(
    redis: tuple[str, subprocess.Popen[bytes]],
) -> None:
    url, server = redis
    one, other = RateLimits(url), RateLimits(url)
    for limits in (one, other, one, other):
        limits.spend(RULE, "a")
    for limits in (one, other):
        with pytest.raises(TooManyRequests):
            limits.spend(RULE, "a")
    server.kill()
    server.wait(10)
    for limits in (one, other):
        for _ in range(4):
            limits.spend(RULE, "a")
        with pytest.raises(TooManyRequests):
            limits.spend(RULE, "a")
