"""Google's client for node, installed once from npm and kept for later runs."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = "googleapis@188.0.0"
KEPT_S = 600


def folder() -> Path:
    """Where it is kept; only this user may write there."""
    path = Path(tempfile.gettempdir()) / f"moderation-tests-{os.getuid()}-{PACKAGE}"
    path.mkdir(mode=0o700, exist_ok=True)
    if path.stat().st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to somebody else")
    return path


def is_within_reach() -> bool:
    """Whether the package is there, or could be fetched.

    The answer is kept for some minutes, so that all processes of one test run collect the
    same tests.
    """
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    with _one_at_a_time() as path:
        if (path / "whole").exists():
            return True
        answer = path / "within_reach"
        if not answer.exists() or time.time() - answer.stat().st_mtime > KEPT_S:
            answer.write_text("yes" if _npm_answers() else "no")
        return answer.read_text() == "yes"


def _npm_answers() -> bool:
    asked = ["npm", "ping", "--fetch-timeout=5000", "--fetch-retries=0"]
    try:
        return subprocess.run(asked, capture_output=True, timeout=30).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def installed() -> Path:
    """The folder with the package, fetched by the first that asks."""
    with _one_at_a_time() as path:
        if not (path / "whole").exists():
            wanted = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
            subprocess.run(wanted, cwd=path, capture_output=True, check=True, timeout=240)
            (path / "whole").touch()
    return path


@contextmanager
def _one_at_a_time() -> Iterator[Path]:
    path = folder()
    with (path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path
