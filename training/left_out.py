"""How a recipe does on kinds of text that it has never met.

``python -m training.left_out --data DIR --checkpoint DIR --json FILE``

The checkpoint comes from a run with ``--leave-out``; which sources that were is read from
the checkpoint itself, so a source that was trained on cannot be reported by mistake. With
``--last-layers`` pooler and classifier are first trained anew, as the bundled model's were,
without the same sources.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from moderation.domain.policy import DEFAULT_THRESHOLDS
from moderation.scoring.base import Scorer
from moderation.scoring.registry import load_scorer
from training.data import CIVIL, DEV_SEED, load_split
from training.evaluate import report, table
from training.export import export
from training.joined import JOINED_CLEAN, JOINED_SOURCES
from training.last_layers import SEEDS, retrain
from training.run_record import read_record
from training.scored import score_rows
from training.sources import LABELS, SOURCES, Row

MOST = 400
"""Rows reported on a source: enough to know an AUC to about 0.02."""

WHOLE_NEWS = "news_whole_comments"
"""The toxic news comments as they are, against clean ones joined from their sentences."""

ONLY_REPORTED = ("mlma_tweets_en", "hatemoji_build")
"""Not in the mean: labels by one crowd vote, and sentences written to deceive models."""

Report = Mapping[str, Any]


def rows_left_out(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """The rows to report on: at most ``MOST`` of each source, drawn at random.

    Args:
        rows: the dev rows of a split made with the same sources left out.
        names: the sources left out. With the news comments come the texts joined from
            them, and once more toxic whole comments with clean joined ones as one source.
    """
    wanted = set(names) | (set(JOINED_SOURCES) if set(names) & set(CIVIL) else set())
    by_source: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.source in wanted and row.targets[0] is not None:
            by_source[row.source].append(row)
    drawn = {
        name: random.Random(DEV_SEED).sample(found, min(MOST, len(found)))
        for name, found in by_source.items()
    }
    whole = [row for name in (CIVIL[0], *JOINED_CLEAN) for row in drawn.get(name, ())]
    both = CIVIL[0] in drawn and any(name in drawn for name in JOINED_CLEAN)
    pooled = [row.with_source(WHOLE_NEWS) for row in whole] if both else []
    return [row for found in drawn.values() for row in found] + pooled


def measure(scorer: Scorer, rows: Sequence[Row]) -> dict[str, Any]:
    """Figures for toxicity by source, clean and toxic rows held at the default thresholds.

    Args:
        scorer: of a model that was trained without the rows' sources.
        rows: as returned by :func:`rows_left_out`.
    """
    thresholds = {label: DEFAULT_THRESHOLDS[label].queue_at or 1.0 for label in LABELS}
    return dict(report(rows, score_rows(scorer, rows), thresholds)["sources"])


def mean_auc(sources: Report) -> tuple[float, int]:
    """Mean AUC, and over how many sources: those of the files that have both classes."""
    found = [
        figures["auc"]
        for name, figures in sources.items()
        if figures["auc"] is not None and name not in (*ONLY_REPORTED, WHOLE_NEWS)
    ]
    return sum(found) / max(1, len(found)), len(found)


def section(reports: Sequence[Report]) -> str:
    """The card's part about sources never met, from one report a run.

    Args:
        reports: what this command has written; no source in two of them.
    """
    sources = {name: found for each in reports for name, found in each["sources"].items()}
    mean, count = mean_auc(sources)
    runs = [
        f"- without {', '.join(each['left_out'])}: {each['seen']} texts seen"
        + (", then the last layers trained anew" if each["last_layers"] else "")
        for each in reports
    ]
    unknown = [name for name in SOURCES if name not in sources]
    return "\n".join(
        [
            "Each run below was made by the recipe of this version, shorter, without all of the",
            "sources named:",
            "",
            *runs,
            "",
            table(sources, "source never met (toxicity)"),
            "",
            f"Mean AUC of the {count} sources with both classes: {mean:.3f} "
            f"({', '.join(ONLY_REPORTED)} not counted).",
            *([f"Never left out, so not known: {', '.join(unknown)}."] if unknown else []),
        ]
    )


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--last-layers", action="store_true", help="train them anew before measuring"
    )
    options = parser.parse_args()
    record = read_record(options.checkpoint)
    if not record["leave_out"]:
        raise SystemExit(f"{options.checkpoint} was trained on every source")
    names = record["leave_out"]
    split = load_split(options.data, seed=DEV_SEED, leave_out=names)
    with tempfile.TemporaryDirectory() as scratch:
        assets = Path(scratch)
        precision = "int8" if options.last_layers else "fp32"
        export(options.checkpoint, assets, name="left-out", precision=precision)
        if options.last_layers:
            retrain(assets, split.train, assets, seeds=range(SEEDS))
        rows = rows_left_out(split.dev, names)
        sources = measure(load_scorer(scratch, instance=assets), rows)
    found = {
        "left_out": names,
        "seen": record["seen"],
        "last_layers": options.last_layers,
        "sources": sources,
    }
    print(section([found]))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
