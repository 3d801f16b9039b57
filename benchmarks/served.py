"""A server on a free port of its own, and clients that keep it busy."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

START_S = 120
OTHER_ADDRESS = "https://news.example/story"


@dataclass(frozen=True)
class Served:
    """A running server.

    Attributes:
        port: on loopback.
        token: a site's.
        notes: the file in which ``service_app`` keeps its notes.
    """

    port: int
    token: str
    notes: Path

    def read_notes(self, kind: str, begin: int) -> list[list[float]]:
        """The numbers of all notes of one kind after ``begin`` characters."""
        lines = self.notes.read_text()[begin:].splitlines()
        words = (line.split() for line in lines)
        return [[float(each) for each in rest] for first, *rest in words if first == kind]

    def noted(self) -> int:
        """Characters in the notes so far."""
        return self.notes.stat().st_size


@dataclass(frozen=True)
class Load:
    """What clients saw.

    Attributes:
        wall_s: from the first request to the last answer.
        latencies_s: of each request.
        cpu_s: of the clients.
    """

    wall_s: float
    latencies_s: list[float]
    cpu_s: float


@contextmanager
def served(*, constant: bool = False) -> Iterator[Served]:
    """Migrate a database in a scratch folder, make a site, serve, and stop again.

    Args:
        constant: with a scorer that costs nothing.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        port, notes = _free_port(), Path(scratch) / "notes"
        environ = {
            **os.environ,
            "MODERATION_INSTANCE": scratch,
            "MODERATION_BIND": f"127.0.0.1:{port}",
            "MODERATION_RATE_LIMITS": "off",
            "BENCH_NOTES": str(notes),
            "BENCH_CONSTANT": "1" if constant else "",
        }
        flask = Path(sys.executable).with_name("flask")

        def command(*words: str) -> str:
            return subprocess.run(
                [flask, *words], env=environ, check=True, capture_output=True, text=True
            ).stdout.strip()

        command("migrate")
        command("create-site", "demo", "--name", "Demo", "--origin", "https://news.example")
        token = command("create-token", "--role", "site", "--site", "demo")
        arguments = ["-c", "deploy/gunicorn.conf.py", "benchmarks.service_app:app"]
        # Its access lines would bury the table; writing them is part of its work all the same.
        with (Path(scratch) / "log").open("w") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *arguments], env=environ, stdout=log, stderr=log
            )
        try:
            _wait_until_ready(port, server)
            yield Served(port, token, notes)
        finally:
            server.terminate()
            server.wait(60)


def press(
    server: Served, clients: int, requests: Sequence[tuple[str, dict[str, object]]], status: int
) -> Load:
    """Send requests as fast as so many clients get answers, each over one connection.

    Args:
        server: where to.
        clients: each sends its next request once it has the answer to the last one.
        requests: (path, JSON body).
        status: that every answer must have.

    Raises:
        SystemExit: an answer had another status.
    """
    latencies: list[float] = []
    wrong: list[str] = []
    numbers = count()

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        while (number := next(numbers)) < len(requests) and not wrong:
            path, body = requests[number]
            began = time.perf_counter()
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
            latencies.append(time.perf_counter() - began)
            if answer.status != status:
                wrong.append(f"{answer.status}: {content[:200]!r}")
        connection.close()

    cpu, wall = time.process_time(), time.perf_counter()
    _together(client, clients)
    if wrong:
        raise SystemExit(f"an answer was {wrong[0]}")
    return Load(time.perf_counter() - wall, latencies, time.process_time() - cpu)


def submissions(texts: Sequence[str], first: int) -> list[tuple[str, dict[str, object]]]:
    """Requests that submit texts, each by another author and told apart by a number.

    Args:
        texts: bodies of comments.
        first: number of the first one; no number may come twice in one database.
    """
    return [
        (
            "/api/v1/sites/demo/comments",
            {
                "name": f"Reader {number}",
                "email": f"reader{number}@news.example",
                "body": f"{text} {number}",
                "page_url": f"{OTHER_ADDRESS}/{number % 50}",
            },
        )
        for number, text in enumerate(texts, first)
    ]


def quantile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _together(client: Callable[[], None], clients: int) -> None:
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    raise SystemExit("the server did not become ready")
