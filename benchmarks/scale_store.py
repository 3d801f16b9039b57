"""Stores of two sizes for ``benchmarks/scale.py``, and what a submission costs in each."""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from benchmarks.comment_rows import SITES
from benchmarks.desk import StillScorer
from benchmarks.make_comments import fill
from moderation.bootstrap import Runtime, bootstrap
from moderation.domain.principals import ANONYMOUS
from moderation.domain.submission import Draft
from moderation.migrate import migrate
from moderation.services.submit_comment import Request
from moderation.settings import read_settings

FEW = 10_000
ROUNDS = 300
WARM_UP = 20


def stores(postgres: str, folder: Path, rows: int) -> Iterator[tuple[str, tuple[str, str]]]:
    """Databases with 10,000 and with many comments: first SQLite, then PostgreSQL.

    Args:
        postgres: a server on which databases may be made; empty leaves it out.
        folder: for the SQLite files.
        rows: comments in the large one.
    """
    for path in folder.glob("*.sqlite3*"):
        path.unlink()
    files = [f"sqlite:///{folder.resolve()}/{name}.sqlite3" for name in ("few", "many")]
    yield "SQLite", _filled(files, rows, folder)
    if postgres:
        yield "PostgreSQL", _filled([_created(postgres, size) for size in ("few", "many")],
                                    rows, folder)  # fmt: skip


def _filled(urls: Sequence[str], rows: int, folder: Path) -> tuple[str, str]:
    few, many = urls
    for url, comments in ((few, FEW), (many, rows)):
        migrate(url, folder)
        fill([url], comments, comments // 10)
    return few, many


def _created(server: str, size: str) -> str:
    name = f"bench_scale_{size}_{secrets.token_hex(3)}"
    _statement(server, f"CREATE DATABASE {name}")
    url = sa.make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def dropped(urls: Sequence[str]) -> None:
    """Remove the databases."""
    for url in map(sa.make_url, urls):
        if url.get_backend_name() == "sqlite":
            for path in Path(str(url.database)).parent.glob(f"{Path(str(url.database)).name}*"):
                path.unlink()
        else:
            server = url.set(database="postgres").render_as_string(hide_password=False)
            _statement(server, f"DROP DATABASE {url.database} WITH (FORCE)")


def _statement(server: str, statement: str) -> None:
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def store_cost(few: str, many: str) -> tuple[float, float, float]:
    """Submit to both stores by turns, scored by a constant.

    Returns:
        the ratio of the medians, and both medians in milliseconds.
    """
    runtimes = [started(url) for url in (few, many)]
    times: list[list[float]] = [[], []]
    for number in range(WARM_UP + ROUNDS):
        for which, runtime in enumerate(runtimes):
            began = time.perf_counter()
            submit(runtime, number)
            if number >= WARM_UP:
                times[which].append((time.perf_counter() - began) * 1000)
    for runtime in runtimes:
        runtime.close()
    small, large = (statistics.median(each) for each in times)
    return large / small, small, large


def started(url: str, **settings: str) -> Runtime:
    """The services over a store, with a scorer that costs nothing."""
    environ = {
        "MODERATION_INSTANCE": "build/bench-scale/instance",
        "MODERATION_DATABASE_URL": url,
        "MODERATION_SECRET_KEY": "a secret for measuring only, nothing else",
        "MODERATION_RATE_LIMITS": "off",
        **settings,
    }
    return bootstrap(read_settings(environ), scorer=StillScorer())


def submit(runtime: Runtime, number: int, text: str = "Thank you for the article.") -> None:
    """One comment of a new author on one of the store's pages."""
    site = SITES[number % 3]
    author = secrets.token_hex(6)
    draft = Draft(
        name="Ann",
        email=f"{author}@mail.example",
        body=f"{text} {author}",
        page_url=f"https://{site}.example/story/{number % 50}",
    )
    runtime.services.submit_comment(Request(site, draft, ANONYMOUS))
