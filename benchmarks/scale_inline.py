"""One gunicorn process that scores while the writer waits, for ``benchmarks/scale.py``."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from benchmarks.scale_workers import texts

CLIENTS = 16
START_S = 60


def inline_rate(url: str, comments: int) -> tuple[float, float]:
    """Send comments over HTTP from sixteen clients.

    Args:
        url: of the store.
        comments: how many.

    Returns:
        comments a second, clients included, and milliseconds of the server's processor
        time for each.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {
        **os.environ,
        "MODERATION_INSTANCE": "build/bench-scale/instance",
        "MODERATION_DATABASE_URL": url.replace("postgresql+psycopg", "postgresql"),
        "MODERATION_SECRET_KEY": "a secret for measuring only, nothing else",
        "MODERATION_RATE_LIMITS": "off",
        "MODERATION_BIND": f"127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
    server = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    try:
        return _measure(server.pid, f"http://127.0.0.1:{port}", comments)
    finally:
        server.terminate()
        server.wait(60)


def _measure(pid: int, base: str, comments: int) -> tuple[float, float]:
    deadline = time.monotonic() + START_S
    while not _ready(base):
        assert time.monotonic() < deadline, "the service did not start"
        time.sleep(0.1)
    (worker,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    written = texts(comments)
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda text: _send(base, text), written[:64]))
        before, began = _cpu_s(worker), time.perf_counter()
        list(clients.map(lambda text: _send(base, text), written))
        took, cpu_s = time.perf_counter() - began, _cpu_s(worker) - before
    return comments / took, 1000 * cpu_s / comments


def _ready(base: str) -> bool:
    try:
        return requests.get(f"{base}/readyz", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def _send(base: str, text: str) -> None:
    author = secrets.token_hex(6)
    sent = {
        "name": "Ann",
        "email": f"{author}@mail.example",
        "body": f"{text} {author}",
        "page_url": "https://gazette.example/story/1",
    }
    answer = requests.post(f"{base}/api/v1/sites/gazette/comments", json=sent, timeout=60)
    assert answer.status_code in (201, 202), answer.text


def _cpu_s(pid: str) -> float:
    """User and system time of a process (proc(5), fields 14 and 15 of ``stat``)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
