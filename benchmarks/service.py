"""What the service does with the engine's speed, over HTTP: ``make bench-service``.

Starts the service twice, with the bundled model and with a scorer that costs nothing, and
takes turns: submissions a second with 32 clients, against what the CPU time of engine and
submission allow; the size of the batches that the micro-batcher makes; 99 % of answers;
and with one client the time that an answer takes outside of scoring.

    python -m benchmarks.service [--submissions N] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.comments import comments
from benchmarks.served import Load, Served, press, quantile, served, submissions
from moderation.scoring.assets import BUNDLED
from moderation.scoring.engine import available_cores
from moderation.scoring.registry import load_scorer

CLIENTS = 32
ALONE = 100
OUT = Path(__file__).with_name("service.json")
TARGET_SHARE, TARGET_BATCH, TARGET_OUTSIDE_MS = 0.8, 8, 5


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=640, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    texts = [comment.text for comment in comments("news", options.submissions)]
    with served() as real, served(constant=True) as constant:
        report = _pressed(real, constant, texts, options.rounds)
        report |= _alone(real, texts[:ALONE])
    _print(report)
    options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten: {options.out}")


def _pressed(real: Served, constant: Served, texts: Sequence[str], rounds: int) -> dict[str, Any]:
    numbers = count(0, len(texts))
    scorer = load_scorer("compact", instance=BUNDLED)
    engine, submission, rate, latencies, batches = [], [], [], [], []
    for turn in range(rounds + 1):
        first = next(numbers)
        bodies = [str(body["body"]) for _, body in submissions(texts, first)]
        engine_cpu = _cpu_of_scoring(scorer, bodies)
        submission_cpu, _, _ = _round(constant, texts, first)
        _, load, sizes = _round(real, texts, first)
        if turn == 0:  # the first round warms up
            continue
        engine.append(engine_cpu)
        submission.append(submission_cpu)
        rate.append(len(texts) / load.wall_s)
        latencies += load.latencies_s
        batches += sizes
    cores = available_cores()
    costs = statistics.median(engine), statistics.median(submission)
    possible = cores / sum(costs)
    return {
        "clients": CLIENTS,
        "cores": cores,
        "engine_cpu_ms": 1e3 * costs[0],
        "submission_cpu_ms": 1e3 * costs[1],
        "submissions_per_second": statistics.median(rate),
        "possible_per_second": possible,
        "share_of_possible": statistics.median(rate) / possible,
        "mean_batch": statistics.fmean(batches),
        "p50_ms": 1e3 * quantile(latencies, 0.5),
        "p99_ms": 1e3 * quantile(latencies, 0.99),
    }


def _cpu_of_scoring(scorer: Any, bodies: list[str]) -> float:
    """Seconds of CPU for a comment, in batches as many as there are clients."""
    began = time.process_time()
    for at in range(0, len(bodies), CLIENTS):
        scorer.score(bodies[at : at + CLIENTS])
    return (time.process_time() - began) / len(bodies)


def _round(server: Served, texts: Sequence[str], first: int) -> tuple[float, Load, list[float]]:
    """CPU for a submission (server's and clients'), what clients saw, sizes of batches."""
    begin = server.noted()
    load = press(server, CLIENTS, submissions(texts, first), 201)
    clocks = [cpu for _, cpu in server.read_notes("score", begin)]
    sizes = [size for (size,) in server.read_notes("batch", begin)]
    cpu = (clocks[-1] - clocks[0]) / (len(clocks) - 1) + load.cpu_s / len(texts)
    return cpu, load, sizes


def _alone(server: Served, texts: Sequence[str]) -> dict[str, Any]:
    """One client: the median of what each answer took besides scoring."""
    begin = server.noted()
    load = press(server, 1, submissions(texts, 10_000_000), 201)
    scored = [seconds for seconds, _ in server.read_notes("score", begin)]
    outside = [
        1e3 * (whole - scoring) for whole, scoring in zip(load.latencies_s, scored, strict=True)
    ]
    return {
        "alone_ms": 1e3 * statistics.median(load.latencies_s),
        "alone_outside_scoring_ms": statistics.median(outside),
    }


def _print(report: dict[str, Any]) -> None:
    print(f"{report['clients']} clients, {report['cores']} cores")
    print(f"  CPU of the engine for a comment      {report['engine_cpu_ms']:8.2f} ms")
    print(f"  CPU of a submission without scoring  {report['submission_cpu_ms']:8.2f} ms")
    print(
        f"  submissions a second                 {report['submissions_per_second']:8.1f}, "
        f"{report['share_of_possible']:.2f} of the {report['possible_per_second']:.0f} that this "
        f"CPU time allows (target {TARGET_SHARE})"
    )
    print(
        f"  mean batch                           {report['mean_batch']:8.1f} (target {TARGET_BATCH})"
    )
    print(
        f"  answers: half within {report['p50_ms']:.0f} ms, 99 % within {report['p99_ms']:.0f} ms"
    )
    print("1 client")
    print(
        f"  an answer takes {report['alone_ms']:.1f} ms, outside of scoring "
        f"{report['alone_outside_scoring_ms']:.1f} ms (target under {TARGET_OUTSIDE_MS})"
    )


if __name__ == "__main__":
    main()
