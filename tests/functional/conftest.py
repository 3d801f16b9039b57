"""Commands run against the test's service."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from moderation.cli import register_commands


@pytest.fixture
def run(app: Flask) -> Any:
    register_commands(app)
    runner = app.test_cli_runner()

    def command(*args: str, text: str | None = None) -> Result:
        return runner.invoke(args=list(args), input=text)

    return command
