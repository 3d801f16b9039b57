"""Log lines: JSON, and never an exception's message."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from moderation.web.request_log import configure_logging


@pytest.fixture
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.usefixtures("restored_logging")
def test_lines_are_json_without_messages(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    try:
        raise ValueError("ada@example.org")
    except ValueError:
        structlog.get_logger("ours").exception("failed", part="x")
        logging.getLogger("theirs").exception("also failed")
    logging.getLogger("werkzeug").info("GET /receipts/secret")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["failed", "also failed"]
    for line in lines:
        assert line["trace"][0] == "builtins.ValueError"
        assert line["level"] == "error"
        assert line["timestamp"]
        assert "ada@" not in json.dumps(line)
