"""Workers as processes of their own for ``benchmarks/scale.py``."""

from __future__ import annotations

import subprocess
import sys
import time

from benchmarks.scale_store import started, submit
from training.templates import template_rows

SEED = 11


def texts(count: int) -> list[str]:
    """Comments of a sentence to a few, written for this project."""
    lines = sorted({row.text for row in template_rows(SEED)})
    step = max(1, len(lines) // count)
    return (lines[::step] * (1 + count // len(lines)))[:count]


def worker_rate(url: str, count: int, comments: int) -> tuple[float, float]:
    """Let workers score comments that wait.

    Args:
        url: of the store.
        count: of the workers.
        comments: how many wait.

    Returns:
        comments a second from the start to the last one's end, and comments for each
        second of processor time.
    """
    runtime = started(url, MODERATION_SCORING="worker")
    for number, text in enumerate(texts(comments)):
        submit(runtime, number, text)
    runtime.close()
    command = [sys.executable, "-m", "benchmarks.scale_worker", url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(command, **pipes) for _ in range(count)]  # type: ignore[call-overload]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    costs = [worker.stdout.readline().split() for worker in workers]
    took = time.perf_counter() - began
    for worker in workers:
        worker.communicate(timeout=60)
    scored = sum(int(number) for number, _ in costs)
    assert scored == comments, f"{scored} of {comments} were scored"
    return comments / took, comments / sum(float(cpu) for _, cpu in costs)
