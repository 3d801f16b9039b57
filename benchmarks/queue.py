"""How much slower the review queue answers when it is long: ``make bench-queue``.

The same application answers from two stores filled by ``make_comments``, a small and a
large one, by turns in one run, so that whatever else the machine does slows both. What
counts is the ratio of the medians.

    python -m benchmarks.queue --folder build/bench-queue [--postgres postgresql://...]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from benchmarks.desk import Desk, sit_down
from benchmarks.make_comments import fill
from moderation.migrate import migrate

LIMIT: Final = 1.5


Timed = dict[str, float]


def one_round(desk: Desk) -> Timed:
    """Time every operation once; the store is as before afterwards."""
    took: Timed = {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        result = act()
        took[name] = (time.perf_counter() - began) * 1000
        return result

    timed("queue page", lambda: desk.read("/queue"))
    timed("queue page, one site", lambda: desk.read("/queue?site=gazette"))
    timed("queue page, newest", lambda: desk.read("/queue?sort=newest"))
    # A reason that fills a page of the small queue too, or the pages would not be alike.
    timed("queue page, a reason", lambda: desk.read("/queue?reason=threat"))
    timed("queue page, by insult", lambda: desk.read("/queue?sort=score&label=insult"))
    timed("queue, API", lambda: desk.read("/api/v1/queue?limit=25"))
    claimed = timed("claim", lambda: desk.send("POST", "/api/v1/queue/claims", {"limit": 1}))
    item = claimed["items"][0]
    timed("open item", lambda: desk.read(f"/queue/{item['id']}", **{"X-Part": "item"}))
    verdict = {"action": "approve", "version": item["version"]}
    path = f"/api/v1/comments/{item['id']}/decisions"
    decision = timed("decision", lambda: desk.send("POST", path, verdict))
    timed("undo", lambda: desk.send("POST", f"/api/v1/decisions/{decision['id']}/undo"))
    desk.send("DELETE", "/api/v1/queue/claims")
    return took


def measure(small: Desk, large: Desk, rounds: int) -> list[dict[str, Any]]:
    """Rounds at both desks by turns; the medians and their ratio by operation."""
    for desk in (small, large):
        for _ in range(3):
            one_round(desk)
    times: dict[str, dict[str, list[float]]] = {"small": {}, "large": {}}
    for place in range(rounds):
        turn = [("small", small), ("large", large)]
        for name, desk in turn if place % 2 else reversed(turn):
            for operation, took in one_round(desk).items():
                times[name].setdefault(operation, []).append(took)
    rows = []
    for operation in times["small"]:
        few = statistics.median(times["small"][operation])
        many = statistics.median(times["large"][operation])
        rows.append(
            {
                "operation": operation,
                "small_ms": round(few, 2),
                "large_ms": round(many, 2),
                "ratio": round(many / few, 3),
            }
        )
    return rows


def _make(urls: list[str], comments: int, queued: int, folder: Path) -> None:
    for url in urls:
        migrate(url, folder)
    began = time.monotonic()
    fill(urls, comments, queued)
    print(f"{comments} comments, {queued} waiting: {time.monotonic() - began:.0f} s", flush=True)


def _stores(sent: argparse.Namespace) -> dict[str, dict[str, str]]:
    """Addresses of the small and the large store of each database."""
    found = {
        "sqlite": {size: f"sqlite:///{sent.folder}/{size}.sqlite3" for size in ("small", "large")}
    }
    if sent.postgres:
        server = sa.make_url(sent.postgres)
        found["postgresql"] = {
            size: server.set(database=f"bench_queue_{size}").render_as_string(hide_password=False)
            for size in ("small", "large")
        }
    return found


def _postgres(server: str, statement: str) -> None:
    engine = sa.create_engine(
        sa.make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        for size in ("small", "large"):
            connection.execute(sa.text(statement.format(name=f"bench_queue_{size}")))
    engine.dispose()


def _empty(sent: argparse.Namespace) -> None:
    for size in ("small", "large"):
        for path in sent.folder.glob(f"{size}.sqlite3*"):
            path.unlink()
    if sent.postgres:
        _postgres(sent.postgres, "DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("build/bench-queue"))
    parser.add_argument(
        "--postgres",
        default=os.environ.get("MODERATION_TEST_POSTGRES_URL", ""),
        help="a server, such as postgresql://postgres@127.0.0.1/postgres",
    )
    parser.add_argument("--comments", type=int, nargs=2, default=(1_000, 1_000_000))
    parser.add_argument("--queued", type=int, nargs=2, default=(100, 100_000))
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument(
        "--keep", action="store_true", help="use stores made before, and leave them"
    )
    parser.add_argument("--out", type=Path, default=Path("benchmarks/queue.json"))
    return parser.parse_args()


def main() -> int:
    """Fill the stores, measure, print a table; 1 where a ratio is over the limit."""
    sent = _arguments()
    sent.folder = sent.folder.resolve()
    sent.folder.mkdir(parents=True, exist_ok=True)
    if not sent.keep:
        _empty(sent)
        if sent.postgres:
            _postgres(sent.postgres, "CREATE DATABASE {name}")
        for place, size in enumerate(("small", "large")):
            urls = [found[size] for found in _stores(sent).values()]
            _make(urls, sent.comments[place], sent.queued[place], sent.folder)
    results: dict[str, Any] = {}
    for database, urls in _stores(sent).items():
        desks = [sit_down(urls[size], sent.folder) for size in ("small", "large")]
        results[database] = measure(desks[0], desks[1], sent.rounds)
        for desk in desks:
            desk.runtime.close()
        _print(database, results[database])
    sent.out.write_text(json.dumps(_report(sent, results), indent=2) + "\n")
    if not sent.keep:
        _empty(sent)
    return int(any(row["ratio"] > LIMIT for rows in results.values() for row in rows))


def _report(sent: argparse.Namespace, results: dict[str, Any]) -> dict[str, Any]:
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "comments": list(sent.comments),
        "queued": list(sent.queued),
        "rounds": sent.rounds,
        "limit": LIMIT,
        "medians": results,
    }


def _print(database: str, rows: list[dict[str, Any]]) -> None:
    print(f"\n{database:<24}{'small, ms':>12}{'large, ms':>12}{'ratio':>8}")
    for row in rows:
        over = "  over" if row["ratio"] > LIMIT else ""
        print(
            f"{row['operation']:<24}{row['small_ms']:>12.2f}{row['large_ms']:>12.2f}"
            f"{row['ratio']:>8.2f}{over}",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
