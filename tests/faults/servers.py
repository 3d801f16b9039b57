"""Real servers of the tests' own, on loopback, to be killed and starved."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answers(port: int, host: str | None = None) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host or "127.0.0.1", port)) == 0


def wait_for(condition: Callable[[], Any], seconds: float) -> None:
    """Wait until something is so; too long is a failure."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


class Redis:
    """A Redis that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", ""]
        self._process = subprocess.Popen(command, cwd=self._folder, stdout=subprocess.DEVNULL)
        wait_for(lambda: answers(self.port), 30)

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(10)


class Relay:
    """Stands before a server that a test must not stop, and can refuse or hang in its place.

    Args:
        host: of the server.
        port: of the server.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._flows = threading.Event()
        self._flows.set()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self.port = free_port()
        self.open()

    def open(self) -> None:
        """Take connections, and pass on what comes."""
        self._flows.set()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._listen, args=(self._listener,), daemon=True).start()

    def hang(self) -> None:
        """Take connections, and pass nothing on any more."""
        self._flows.clear()

    def flow(self) -> None:
        """Pass on again, what was kept back first."""
        self._flows.set()

    def refuse(self) -> None:
        """Take no connection any more, and end those that there are."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        pairs, self._pairs = self._pairs, []
        for one in (end for pair in pairs for end in pair):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._flows.set()

    def _listen(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._server)
                self._pairs.append((near, far))
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                self._flows.wait()
                sink.sendall(piece)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class Postgres:
    """A PostgreSQL cluster with its files in a folder; durable, as an installation is."""

    def __init__(self, folder: Path) -> None:
        self._bin = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        self._data, self._run = folder / "db", folder
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        self._call("initdb", "-D", self._data, "-A", "trust", "-U", "postgres")
        self._control("start")

    def restart_at_once(self) -> None:
        """As after a crash: no session ends in order, the log is replayed."""
        self._control("stop", "-m", "immediate")
        wait_for(self._starts, 30)

    def stop(self) -> None:
        self._control("stop", "-m", "immediate")

    def _starts(self) -> bool:
        """As a supervisor would: again, until the dead server's last children are gone."""
        try:
            self._control("start")
        except subprocess.CalledProcessError:
            return False
        return True

    def _control(self, *what: str) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self._run} -c max_connections=200"
        log = self._run / "log"
        self._call("pg_ctl", "-D", self._data, "-w", "-l", log, "-o", options, *what)

    def _call(self, command: str, *arguments: object) -> None:
        # Neither tool runs as root.
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        line = [*user, str(self._bin / command), *map(str, arguments)]
        # Its output goes to a file: a server inherits a pipe and would keep it open.
        with (self._run / "commands.log").open("ab") as log:
            subprocess.run(line, check=True, timeout=60, cwd="/", stdout=log, stderr=log)


class Service:
    """The service under gunicorn, as ``make run`` starts it, with the bundled model."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environ = {**os.environ, **environ, "MODERATION_BIND": f"127.0.0.1:{self.port}"}
        self._log = folder / "service.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def start(self, *, ready: bool = True) -> None:
        """Start it and wait until it can work, or with ``ready`` off until it answers."""
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environ, stdout=log, stderr=log, start_new_session=True
            )
        path = "/readyz" if ready else "/healthz"
        wait_for(lambda: self.status(path) == 200, 60)

    def status(self, path: str) -> int | None:
        """The status that a path answers with; None where nothing answers."""
        try:
            return requests.get(self.url + path, timeout=20).status_code
        except requests.RequestException:
            return None

    @property
    def master(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.master}/task/{self.master}/children")
        return [int(pid) for pid in children.read_text().split()]

    def terminate(self) -> int:
        """Ask it to end; its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(60)

    def kill(self) -> None:
        """End everything that is left of it."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)


@contextmanager
def serving(environ: dict[str, str], folder: Path) -> Iterator[Service]:
    """A running service, gone afterwards whatever happened."""
    service = Service(environ, folder)
    try:
        service.start()
        yield service
    finally:
        service.kill()


@contextmanager
def working(
    environ: dict[str, str], folder: Path, *options: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker of one process, ended in order afterwards."""
    command = [sys.executable, "-m", "celery", "-A", "moderation.tasks.celery_app", "worker"]
    with (folder / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [*command, "-c", "1", *options],
            cwd=ROOT,
            env={**os.environ, **environ, "PROMETHEUS_MULTIPROC_DIR": str(folder / "counts")},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(60)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            raise
