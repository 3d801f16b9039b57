"""The examples of docs/perspective.md, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

TEXT = Path("docs/perspective.md").read_text(encoding="utf-8")


def _example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    return found[1]


def test_curl_example(address: str, key: str) -> None:
    environ = {"PATH": os.environ["PATH"], "BASE": address, "KEY": key}
    ran = subprocess.run(
        ["sh", "-c", _example("sh")], env=environ, capture_output=True, check=True, timeout=20
    )
    assert b'"TOXICITY"' in ran.stdout


def test_python_example(address: str, key: str) -> None:
    names: dict[str, Any] = {"BASE": address, "KEY": key}
    exec(_example("python"), names)
    assert names["score"] == pytest.approx(0.01)
