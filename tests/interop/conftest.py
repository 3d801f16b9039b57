"""The service on loopback, with the fake scorer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from moderation.app import create_app
from tests.conftest import OPERATOR


@pytest.fixture
def address(runtime: Any) -> Iterator[str]:
    app = create_app(runtime=runtime)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    base = f"http://127.0.0.1:{server.server_port}"
    app.config["BASE_URL"] = base
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield base
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def key(runtime: Any) -> str:
    return str(runtime.services.tokens.create(OPERATOR, "site", ["demo"]).token)
