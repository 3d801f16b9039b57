"""How long the threshold lab takes at a million comments: ``make bench-lab``.

Fills a new database with comments of 30 days, one in sixteen decided, and times the first
preview of a process (it reads the facts), later ones (medians), and one right after a new
decision. Prints one line a step and the plan of the query that reads what has changed.

    python -m benchmarks.lab_preview [--comments N] [--postgres postgresql://...]
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models import Comment, CommentFacts
from moderation.bootstrap import Runtime, bootstrap
from moderation.domain import facts
from moderation.domain.facts import Facts
from moderation.domain.ids import new_id
from moderation.domain.principals import Principal
from moderation.domain.scores import LABELS
from moderation.migrate import migrate
from moderation.settings import read_settings

OPERATOR = Principal(kind="user", id="", name="operator", role="admin")
ROUNDS = 9
BATCH = 5_000
WORDS = [
    "the",
    "council",
    "bridge",
    "road",
    "never",
    "pays",
    "for",
    "anything",
    "we",
    "asked",
    "about",
    "last",
    "winter",
]
CANDIDATE = {
    "thresholds": {
        "toxicity": {"queue_at": 0.62, "reject_at": 0.97},
        "insult": {"queue_at": 0.55},
        "threat": {"queue_at": 0.32},
    },
    "max_links": 1,
}


def rows(site_id: str, page_id: str, count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Comments with their facts, spread over 30 days."""
    chance = random.Random(7)
    draw = {
        hostile: [
            facts.millionths(min(0.999999, max(1e-6, chance.betavariate(*shape))))
            for _ in range(20_000)
        ]
        for hostile, shape in ((True, (4, 3)), (False, (0.4, 6)))
    }
    first = datetime.now(UTC) - timedelta(days=30) + timedelta(minutes=5)
    step = (30 * 86_400 - 600) / count
    for place in range(count):
        at = first + timedelta(seconds=place * step)
        comment_id = new_id(round(at.timestamp() * 1000))
        hostile = chance.random() < 0.08
        scores = dict(zip(LABELS, chance.choices(draw[hostile], k=len(LABELS)), strict=True))
        held = scores["toxicity"] >= 650_000 or scores["insult"] >= 650_000
        judged = held and chance.random() < 0.9
        audited = not held and chance.random() < 0.02
        bad = 1 + (hostile if chance.random() < 0.9 else not hostile)
        kept = Facts(
            at,
            scores,
            1,
            20_000,
            chance.choices((0, 1, 3), (90, 9, 1))[0],
            "queued" if held else "published",
            first=chance.random() < 0.2,
            verdict=bad if judged else 0,
            audit=bad if audited else 0,
        )
        row = {
            "id": comment_id, "site_id": site_id, "page_id": page_id, "parent_id": None,
            "status": "queued" if held else "published", "version": 1, "name": "Ann",
            "email": "ann@example.com", "email_key": f"a{place % 50_000}@example.com", "website": None,
            "body": " ".join(chance.choices(WORDS, k=30)), "text_key": "x", "search_text": "x",
            "network": None, "network_at": None, "receipt_key": comment_id, "created_at": at,
            "edited_at": None, "reasons": [], "priority": 0.5, "top_score": 0.5, "score_id": None,
            "policy_version": 1, "escalated": False,
        }  # fmt: skip
        yield (
            row,
            {
                "comment_id": comment_id,
                "site_id": site_id,
                "stamp": place // BATCH + 1,
                "packed": facts.pack(comment_id, kept),
            },
        )


def fill(runtime: Runtime, count: int) -> None:
    """Put the comments in."""
    runtime.services.sites.create(OPERATOR, "demo", "Demo", ["https://news.example"])
    with runtime.store.write() as session:
        (site_id,) = session.execute(sa.text("SELECT id FROM sites")).one()
        page_id = new_id()
        session.execute(
            sa.text(
                "INSERT INTO pages (id, site_id, url, url_key, created_at, closed)"
                " VALUES (:id, :site, 'https://news.example/', 'x', :at, :closed)"
            ),
            {"id": page_id, "site": site_id, "at": datetime.now(UTC), "closed": False},
        )
    batch: list[Any] = []
    for pair in rows(site_id, page_id, count):
        batch.append(pair)
        if len(batch) == BATCH:
            _insert(runtime, batch)
            batch = []
    if batch:
        _insert(runtime, batch)


def _insert(runtime: Runtime, batch: list[Any]) -> None:
    with runtime.store.write() as session:
        session.execute(sa.insert(Comment), [row for row, _ in batch])
        session.execute(sa.insert(CommentFacts), [row for _, row in batch])


def timed(name: str, work: Callable[[], Any], rounds: int = ROUNDS) -> Any:
    """Print the median of some rounds; the last result."""
    took, result = [], None
    for _ in range(rounds):
        began = time.perf_counter()
        result = work()
        took.append(time.perf_counter() - began)
    spread = f", {min(took):.3f}-{max(took):.3f}" if rounds > 1 else ""
    print(f"{name}: {statistics.median(took):.3f} s (median of {rounds}{spread})", flush=True)
    return result


def plan(runtime: Runtime) -> None:
    """How the database finds what has changed."""
    query = "SELECT packed FROM comment_facts WHERE site_id = 'x' AND stamp >= 5"
    postgres = runtime.store.engine.dialect.name == "postgresql"
    with runtime.store.read() as session:
        for row in session.execute(
            sa.text(("EXPLAIN " if postgres else "EXPLAIN QUERY PLAN ") + query)
        ):
            print("  plan:", row[-1])


def measure(runtime: Runtime) -> None:
    """Time the lab."""
    ask = runtime.services.lab.preview
    preview = timed("first preview of a process", lambda: ask(OPERATOR, "demo", CANDIDATE, 30), 1)
    print(f"  {preview.comments} comments, {preview.changed} change")
    timed("preview", lambda: ask(OPERATOR, "demo", CANDIDATE, 30))
    timed("preview of 7 days", lambda: ask(OPERATOR, "demo", CANDIDATE, 7))
    example = preview.examples[0].id

    def after_a_decision() -> Any:
        with runtime.store.write() as session:
            stamp = session.scalar(sa.select(sa.func.max(CommentFacts.stamp)))
            if runtime.store.engine.dialect.name == "postgresql":
                stamp = session.scalar(sa.text("SELECT pg_current_xact_id()::text::bigint"))
            session.execute(
                sa.update(CommentFacts)
                .where(CommentFacts.comment_id == example)
                .values(stamp=(stamp or 0) + 1)
            )
        began = time.perf_counter()
        ask(OPERATOR, "demo", CANDIDATE, 30)
        return time.perf_counter() - began

    took = [after_a_decision() for _ in range(ROUNDS)]
    print(f"preview right after a decision: {statistics.median(took):.3f} s (median of {ROUNDS})")
    plan(runtime)


def main() -> None:
    """Run the benchmark on SQLite, and on PostgreSQL where a server is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--postgres", default=os.environ.get("MODERATION_TEST_POSTGRES_URL", ""))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite", flush=True)
        _run(f"sqlite:///{folder}/lab.sqlite3", folder, options.comments)
        if options.postgres:
            print("\nPostgreSQL", flush=True)
            try:
                _run(_new_database(options.postgres), folder, options.comments)
            finally:
                _drop(options.postgres)


def _run(url: str, folder: str, comments: int) -> None:
    migrate(url, Path(folder))
    environ = {"MODERATION_INSTANCE": folder, "MODERATION_DATABASE_URL": url}
    runtime = bootstrap(read_settings(environ))
    try:
        timed(f"filling in {comments} comments", lambda: fill(runtime, comments), 1)
        measure(runtime)
    finally:
        runtime.close()


_NAME = "moderation_bench_lab"


def _server(url: str) -> sa.Engine:
    server = sa.make_url(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(server, isolation_level="AUTOCOMMIT")


def _new_database(url: str) -> str:
    _drop(url)
    with _server(url).connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {_NAME}"))
    made = sa.make_url(url).set(drivername="postgresql+psycopg", database=_NAME)
    return made.render_as_string(hide_password=False)


def _drop(url: str) -> None:
    with _server(url).connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {_NAME} WITH (FORCE)"))


if __name__ == "__main__":
    main()
