"""What a core buys, and what a second one adds: ``make bench-scale``.

Three questions, each answered by turns in one run, medians of several rounds:

- comments a second of one and of two scoring workers (one thread each) that share what waits;
- comments a second that one gunicorn process takes and scores while the writer waits, with
  sixteen clients, and the processor time that each costs;
- what a submission costs in the store with 1,000,000 comments against 10,000, scored by a
  constant.

    python -m benchmarks.scale [--postgres postgresql://postgres@127.0.0.1/postgres]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.scale_inline import inline_rate
from benchmarks.scale_store import dropped, store_cost, stores
from benchmarks.scale_workers import worker_rate

WANTED_SECOND = 1.8
WANTED_STORE = 1.3


@dataclass(frozen=True)
class Workers:
    """Medians of one database.

    Attributes:
        one, two: comments a second of one worker and of two.
        second_adds: the second's rate over the first's; 2 would be two full workers.
        a_core_second: comments for each second of processor time.
    """

    one: float
    two: float
    second_adds: float
    a_core_second: float


def workers(url: str, comments: int, rounds: int) -> Workers:
    """Time one worker and two by turns on the same store."""
    rates: dict[int, list[float]] = {1: [], 2: []}
    bought = []
    for number in range(rounds):
        for count in (1, 2) if number % 2 else (2, 1):
            rate, core_second = worker_rate(url, count, comments)
            rates[count].append(rate)
            bought.append(core_second)
    one, two = (statistics.median(rates[count]) for count in (1, 2))
    return Workers(one, two, two / one, statistics.median(bought))


def main() -> None:
    """Measure everything, print a table and write JSON."""
    options = _options()
    folder = Path("build/bench-scale")
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, dict[str, object]] = {}
    for database, urls in stores(options.postgres, folder, options.rows):
        few, many = urls
        by_workers = workers(few, options.comments, options.rounds)
        inline, each_ms = inline_rate(few, options.comments)
        ratio, few_ms, many_ms = store_cost(few, many)
        found[database] = {
            "workers": asdict(by_workers),
            "inline_a_second": inline,
            "inline_cpu_ms": each_ms,
            "store_ms": {"10000": few_ms, str(options.rows): many_ms},
            "store_ratio": ratio,
        }
        print(_lines(database, found[database], by_workers, options.rows), flush=True)
        dropped(urls)
    found["machine"] = {"cores": os.cpu_count()}
    options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _lines(database: str, row: dict[str, object], by_workers: Workers, rows: int) -> str:
    store = row["store_ms"]
    assert isinstance(store, dict)
    return "\n".join(
        (
            f"{database}",
            f"  one worker            {by_workers.one:8.0f} comments/s",
            f"  two workers           {by_workers.two:8.0f} comments/s",
            f"  two over one          {by_workers.second_adds:8.2f}   wanted {WANTED_SECOND}",
            f"  a core second scores  {by_workers.a_core_second:8.0f} comments",
            f"  inline, 16 clients    {row['inline_a_second']:8.0f} comments/s",
            f"  inline, processor     {row['inline_cpu_ms']:8.1f} ms a comment",
            f"  stored at 10,000      {store['10000']:8.2f} ms a comment",
            f"  stored at {rows:<11,} {store[str(rows)]:8.2f} ms a comment",
            f"  the large store costs {row['store_ratio']:8.2f}   wanted at most {WANTED_STORE}",
        )
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What a core buys, and what a second one adds.")
    parser.add_argument("--postgres", default=os.environ.get("MODERATION_TEST_POSTGRES_URL", ""))
    parser.add_argument("--comments", type=int, default=1600, help="scored in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000, help="in the large store")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/scale.json"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
