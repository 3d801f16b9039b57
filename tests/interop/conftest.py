"""The service on loopback, with the fake scorer.

Tests that need node are collected where it is; those that need packages from npm where
they are kept from an earlier run, or npm's registry answers.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from moderation.app import create_app
from tests.conftest import OPERATOR
from tests.interop import npm

collect_ignore = [] if shutil.which("node") else ["test_fetch.py"]
if not npm.is_within_reach():
    collect_ignore.append("test_googleapis.py")


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


@pytest.fixture
def admin_key(runtime: Any) -> str:
    return str(runtime.services.tokens.create(OPERATOR, "admin", []).token)
