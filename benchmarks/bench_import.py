"""Whether an import's memory stays the same while a file grows, and how fast it goes.

    python -m benchmarks.bench_import [--comments 1000000]

Writes a WordPress export with that many comments, every third a reply (some of them before
their parents), and imports it into a fresh SQLite database in a process of its own. Prints
the most memory that the process has taken at each tenth, and the ratio of the last to the
first; a streaming import keeps it near 1. A second run, in which nothing is new, comes after.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moderation.bootstrap import bootstrap
from moderation.domain.foreign_comment import Item
from moderation.domain.principals import OPERATOR
from moderation.importers.formats import export_in
from moderation.migrate import migrate
from moderation.services.import_comments import ImportOrder
from moderation.services.import_report import ImportReport
from moderation.settings import read_settings

ORIGIN = "https://news.example"
PER_PAGE = 200
LIMIT = 1.5

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
"""
_ITEM = """<item><title>Post {page}</title><link>{origin}/post-{page}</link>
<wp:post_id>{page}</wp:post_id><wp:status>publish</wp:status>
"""
_COMMENT = """<wp:comment><wp:comment_id>{number}</wp:comment_id>
<wp:comment_author><![CDATA[Reader {author}]]></wp:comment_author>
<wp:comment_author_email>reader{author}@example.com</wp:comment_author_email>
<wp:comment_author_url></wp:comment_author_url>
<wp:comment_author_IP>203.0.113.7</wp:comment_author_IP>
<wp:comment_date_gmt>20{year:02}-{month:02}-{day:02} 10:00:00</wp:comment_date_gmt>
<wp:comment_content><![CDATA[Comment {number} says <em>something</em> about the bridge, the
river and the {author} people who cross it each day on their way to work.]]></wp:comment_content>
<wp:comment_approved>{approved}</wp:comment_approved><wp:comment_type>comment</wp:comment_type>
<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>
"""


def write_export(path: Path, comments: int) -> None:
    """Write the file without holding it in memory."""
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for number in range(1, comments + 1):
            if number % PER_PAGE == 1:
                file.write("</item>\n" if number > 1 else "")
                file.write(_ITEM.format(page=number // PER_PAGE + 1, origin=ORIGIN))
            last = number % PER_PAGE == 0
            parent = (number - 1 if number % 6 else number + 1) if number % 3 == 0 else 0
            approved = ("1", "1", "1", "1", "1", "1", "1", "0", "spam", "trash")[number % 10]
            file.write(
                _COMMENT.format(
                    number=number,
                    author=number % 50_000,
                    parent=0 if last else parent,
                    approved=approved,
                    year=5 + number % 20,
                    month=1 + number % 12,
                    day=1 + number % 28,
                )
            )
        file.write("</item></channel></rss>\n")


def measure(path: Path, folder: Path, comments: int, results: Any) -> None:
    """Import the file and report memory and time; runs in a process of its own."""
    runtime = bootstrap(
        read_settings({"MODERATION_INSTANCE": str(folder), "MODERATION_RATE_LIMITS": "off"})
    )
    report, peaks = ImportReport(), []

    def counted(items: Any) -> Iterator[Item]:
        for number, item in enumerate(items, 1):
            yield item
            if number % max(1, comments // 10) == 0:
                peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    began = time.perf_counter()
    with export_in(path, "wordpress") as export:
        order = ImportOrder("bench", "wordpress")
        runtime.services.import_comments(OPERATOR, order, counted(export.items), report)
    seconds = time.perf_counter() - began
    runtime.close()
    results.put(
        {"seconds": seconds, "peaks_mib": peaks, "report": list(report.lines()),
         "imported": report.imported.total(), "unchanged": report.unchanged}
    )  # fmt: skip


def run_in_process(path: Path, folder: Path, comments: int) -> dict[str, Any]:
    """One measured import."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    process = context.Process(target=measure, args=(path, folder, comments, results))
    process.start()
    found: dict[str, Any] = results.get()
    process.join()
    return found


def show(name: str, found: dict[str, Any], comments: int) -> float:
    """Print one import's figures; the ratio of the last peak to the first."""
    peaks = found["peaks_mib"]
    ratio = float(peaks[-1] / peaks[0])
    print(f"{name}: {comments / found['seconds']:,.0f} comments/s, {found['seconds']:.0f} s")
    print("  peak memory at each tenth, MiB: " + " ".join(f"{peak:.0f}" for peak in peaks))
    print(f"  last to first: {ratio:.2f} (limit {LIMIT})")
    return ratio


def main() -> None:
    """Write, import, import again; exit 1 when memory grows with the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path, help="Write the figures there too.")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "export.xml"
        write_export(path, wanted.comments)
        print(f"{wanted.comments:,} comments, {path.stat().st_size / 1e6:,.0f} MB of XML")
        settings = read_settings({"MODERATION_INSTANCE": str(folder)})
        migrate(settings.database_url, folder)
        runtime = bootstrap(settings)
        runtime.services.sites.create(OPERATOR, "bench", "Bench", [ORIGIN])
        runtime.close()
        first = run_in_process(path, folder, wanted.comments)
        again = run_in_process(path, folder, wanted.comments)
        ratios = [
            show("import", first, wanted.comments),
            show("again, nothing new", again, wanted.comments),
        ]
    whole = first["imported"] == again["unchanged"] == wanted.comments
    print("all imported once" if whole else f"WRONG: {first['report']} {again['report']}")
    if wanted.json:
        wanted.json.write_text(json.dumps({"first": first, "again": again}, indent=1))
    raise SystemExit(0 if whole and max(ratios) <= LIMIT else 1)


if __name__ == "__main__":
    main()
