"""An import is killed in the middle, again and again, and then run to its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from benchmarks.bench_import import write_export
from moderation.bootstrap import Runtime
from tests.faults.servers import ROOT, wait_for

pytestmark = pytest.mark.faults
COMMENTS = 6_000
KILLS = 4


def test_import_killed_in_the_middle_ends_with_the_same_rows(
    house: dict[str, str], runtime: Runtime, tmp_path: Path
) -> None:
    path = tmp_path / "export.xml"
    write_export(path, COMMENTS)
    moved = "https://news.example=https://other.example"
    _run(house, path, "other", "--map-origin", moved).communicate(timeout=120)
    whole = _imported(runtime, "other")
    assert len(whole) == COMMENTS
    for turn in range(1, KILLS + 1):
        process = _run(house, path, "demo")
        wait_for(lambda most=turn: _count(runtime) >= most * COMMENTS // (KILLS + 2), 60)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=10)
        assert _count(runtime) < COMMENTS, "the import was through before it was killed"
    last = _run(house, path, "demo")
    out, _ = last.communicate(timeout=120)
    assert last.returncode == 0
    assert b"unchanged " in out
    assert b"unchanged 0\n" not in out
    assert _imported(runtime, "demo") == whole


def _run(house: dict[str, str], path: Path, slug: str, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "import", "wordpress", str(path), "--site", slug]
    return subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env={**os.environ, **house},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _count(runtime: Runtime) -> int:
    query = "SELECT count(*) FROM comments c JOIN sites s ON s.id = c.site_id WHERE s.slug = 'demo'"
    with runtime.store.engine.connect() as connection:
        return int(connection.execute(sa.text(query)).scalar() or 0)


def _imported(runtime: Runtime, slug: str) -> list[tuple[Any, ...]]:
    """Every imported comment in terms of the other system, with how its log begins and goes on."""
    query = """
        SELECT i.external_id, c.name, c.email, c.body, c.status, c.version, c.created_at,
               p.title, p.created_at, up.external_id, i.waits_for,
               (SELECT count(*) FROM moderation_log l WHERE l.comment_id = c.id),
               (SELECT count(*) FROM waiting_reasons w WHERE w.comment_id = c.id)
        FROM imported_comments i
        JOIN sites s ON s.id = i.site_id
        JOIN comments c ON c.id = i.comment_id
        JOIN pages p ON p.id = c.page_id
        LEFT JOIN imported_comments up ON up.comment_id = c.parent_id
        WHERE s.slug = :slug ORDER BY i.external_id
    """
    with runtime.store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), {"slug": slug})]
