"""A site's own program on loopback that takes webhooks, as scripted."""

from __future__ import annotations

import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass
class Receiver:
    """What came, and what is to be answered.

    ``answers`` holds a status, or a status and headers, for each request to come; 200 when
    it is empty. A status of 0 says nothing until ``released``.
    """

    url: str = ""
    answers: deque[Any] = field(default_factory=deque)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def events(self, secret: str) -> list[Any]:
        """The bodies that came, each verified as a receiver would."""
        return [Webhook(secret).verify(body, headers) for _, headers, body in self.requests]

    def ids(self) -> list[str]:
        """The ``webhook-id`` of each request."""
        return [headers["webhook-id"] for _, headers, _ in self.requests]


class QuietServer(ThreadingHTTPServer):
    """A client that hangs up is part of some tests."""

    def handle_error(self, *_: Any) -> None:
        return None


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Listen on a free port, with TLS where a context with a certificate is given."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with receiver.lock:
                receiver.requests.append((self.path, headers, body))
                answer = receiver.answers.popleft() if receiver.answers else 200
            status, more = answer if isinstance(answer, tuple) else (answer, {})
            if status == 0:
                receiver.released.wait(30)
                return
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return None

    server = QuietServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    receiver.url = f"{scheme}://127.0.0.1:{server.server_port}/hook?key=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
