"""One way of scoring in a process of its own: ``python -m benchmarks.fresh_process WAY ...``.

Scores the first text, says so in a line, scores the rest, prints the peak of memory. The
parent takes the time until the first line.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

DETOXIFY = "detoxify"
ENGINE = "engine"


@dataclass(frozen=True)
class Start:
    """What a fresh process took.

    Attributes:
        first_score_s: from its start to its first score.
        memory_mb: peak of resident memory once all texts were scored.
    """

    first_score_s: float
    memory_mb: float


def fresh_start(way: str, folder: Path, texts: Path, threads: int) -> Start:
    """Start a process, have it score, and measure it.

    Args:
        way: ``DETOXIFY`` or ``ENGINE``.
        folder: of the checkpoint or of the assets.
        texts: a JSON list.
        threads: for the model.
    """
    command = [sys.executable, "-m", "benchmarks.fresh_process", way, folder, texts, str(threads)]
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        first = time.perf_counter() - began
        memory = process.stdout.read()
    if line != "scored\n" or process.returncode:
        raise SystemExit(f"a fresh process could not score by {way}")
    return Start(first, float(memory))


def detoxify(folder: Path, threads: int) -> Callable[[Sequence[str]], object]:
    """``Detoxify.predict`` of a checkpoint, as its documentation loads one."""
    import torch
    from detoxify import Detoxify

    torch.set_num_threads(threads)
    model = Detoxify(checkpoint=str(folder / "model.ckpt"), huggingface_config_path=str(folder))
    model.tokenizer.model_max_length = 512
    return model.predict


def _engine(folder: Path, threads: int) -> Callable[[Sequence[str]], object]:
    from moderation.scoring.registry import load_scorer

    return load_scorer(str(folder), instance=folder, threads=threads).score


def _peak_mb() -> float:
    """Peak of resident memory of this program, not of the one that started it."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def main() -> None:
    """Command line entry."""
    way, folder, path, threads = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    texts = json.loads(path.read_text(encoding="utf-8"))
    score = (detoxify if way == DETOXIFY else _engine)(folder, int(threads))
    score([texts[0]])
    print("scored", flush=True)
    if way == DETOXIFY:
        for text in texts:
            score([text])
    else:
        score(texts)
    print(_peak_mb(), flush=True)


if __name__ == "__main__":
    main()
