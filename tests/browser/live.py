"""The application on loopback with a fake scorer, for tests and screenshots in a browser."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from moderation.app import create_app
from moderation.bootstrap import Runtime, bootstrap
from moderation.domain.principals import Principal
from moderation.migrate import migrate
from moderation.services.clock import Clock, utc_now
from moderation.services.manage_people import NewUser
from moderation.settings import read_settings
from tests.fakes import FakeScorer

OPERATOR = Principal(kind="user", id="", name="operator", role="admin")
PASSWORD = "a long password for tests"


def whole(app: Flask) -> Callable[..., list[bytes]]:
    """The application with each answer read to its end first.

    werkzeug's server leaves the file of an answer open where the browser hangs up.
    """

    def serve(environ: dict[str, Any], start: Any) -> list[bytes]:
        with closing(app(environ, start)) as parts:
            return [b"".join(parts)]

    return serve


def from_noon() -> Clock:
    """A clock that goes on from today's noon, so that no midnight comes in between."""
    began = utc_now()
    noon = began.replace(hour=12, minute=0)
    return lambda: noon + (utc_now() - began)


@dataclass
class Live:
    """A running service with one site, ``gazette``."""

    url: str
    app: Flask
    runtime: Runtime
    scorer: FakeScorer

    def person(self, name: str, role: str = "moderator") -> str:
        """Make a person who may review; their email."""
        email = f"{name.split(maxsplit=1)[0].casefold()}@news.example"
        sites = ("gazette",) if role == "moderator" else ()
        wanted = NewUser(email=email, name=name, role=role, sites=sites, password=PASSWORD)
        self.runtime.services.people.create(OPERATOR, wanted)
        return email

    def submit(self, body: str, *, site: str = "gazette", **fields: str) -> dict[str, Any]:
        """Send a comment as a reader's browser does."""
        sent = {
            "name": "Ann",
            "email": "ann@example.com",
            "page_url": "https://news.example/bridge",
            "page_title": "Council backs £4.1m bridge over the Linn",
            "body": body,
            **fields,
        }
        answer = self.app.test_client().post(f"/api/v1/sites/{site}/comments", json=sent)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return dict(answer.json)


@contextmanager
def serving(folder: Path, empty: Path | None = None, clock: Clock = utc_now) -> Iterator[Live]:
    """Run the service on a free port.

    Args:
        folder: where its database lies.
        empty: a migrated database to copy; made anew when left out.
        clock: the service's.
    """
    path = folder / "moderation.sqlite3"
    url = f"sqlite:///{path}"
    if empty is not None:
        shutil.copy(empty, path)
    else:
        migrate(url, folder)
    # Kept from the start: another could take the port while the service is being made.
    listener = socket.create_server(("127.0.0.1", 0))
    host, port = listener.getsockname()
    address = f"{host}:{port}"
    settings = read_settings(
        {
            "MODERATION_INSTANCE": str(folder / "instance"),
            "MODERATION_DATABASE_URL": url,
            "MODERATION_SECRET_KEY": "a secret for tests only, nothing else",
            "MODERATION_BIND": address,
            "MODERATION_RATE_LIMITS": "off",
        }
    )
    scorer = FakeScorer()
    runtime = bootstrap(settings, clock=clock, scorer=scorer)
    runtime.services.sites.create(OPERATOR, "gazette", "Gazette", ["https://news.example"])
    app = create_app(runtime=runtime)
    server = make_server(host, port, whole(app), threaded=True, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Live(f"http://{address}", app, runtime, scorer)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        listener.close()
        runtime.close()
