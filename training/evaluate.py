"""The dev report: ``python -m training.evaluate --data DIR --scorer compact|DIR``.

Per source the AUC, the recall at 5 % false alarms, the share of clean rows held at the
threshold, and the calibration error; per label the same over all sources.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moderation.scoring.registry import load_scorer
from training.data import DEV_SEED, load_split
from training.scored import Array, figures, of_label, score_rows
from training.sources import LABELS, Row
from training.weak_labels import reads_civil

HEADER = "| {what} | n | positive | AUC | recall at 5 % false alarms | clean held | positive held | calibration error |"
POSTS = "edos_sexism"
RULE = "|---|---:|---:|---:|---:|---:|---:|---:|"


def report(rows: Sequence[Row], scores: Array, thresholds: dict[str, float]) -> dict[str, Any]:
    """All figures of one run.

    Args:
        rows: the dev rows.
        scores: their probabilities, rows x labels.
        thresholds: at which each label counts as held.
    """
    sources = sorted({row.source for row in rows})
    by_source = {}
    for source in sources:
        at = [
            number
            for number, row in enumerate(rows)
            if row.source == source and row.targets[0] is not None
        ]
        if at:
            part = of_label([rows[number] for number in at], scores[at], "toxicity")
            by_source[source] = figures(part, thresholds["toxicity"])
    by_label = {
        label: figures(of_label(rows, scores, label), thresholds[label]) for label in LABELS
    }
    posts = {"posts": _posts(rows, scores, thresholds["toxicity"])}
    return {"thresholds": thresholds, "sources": by_source, "labels": by_label, **posts}


def _posts(rows: Sequence[Row], scores: Array, threshold: float) -> dict[str, float | int]:
    """Posts without a known toxicity that read civil: how many, and the share held."""
    at = [
        number
        for number, row in enumerate(rows)
        if row.source == POSTS and row.targets[0] is None and reads_civil(row.text)
    ]
    held = float((scores[at, 0] >= threshold).mean()) if at else 0.0
    return {"n": len(at), "held": held}


def table(found: dict[str, dict[str, Any]], what: str) -> str:
    """One part of a report as a Markdown table."""
    lines = [HEADER.format(what=what), RULE]
    for name, entry in found.items():
        cells = [
            _shown(entry[key]) for key in ("auc", "recall_at_5", "clean_held", "toxic_held", "ece")
        ]
        lines.append(f"| {name} | {entry['n']} | {entry['positives']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorer", default="compact", help="a name or a folder")
    parser.add_argument(
        "--thresholds", type=json.loads, default={}, help='JSON, such as {"toxicity": 0.6}'
    )
    parser.add_argument("--only", nargs="*", default=[], metavar="SOURCE")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = load_split(options.data, seed=DEV_SEED, leave_out=options.only).dev
    rows = [row for row in rows if not options.only or row.source in options.only]
    scorer = load_scorer(options.scorer, instance=Path("instance"))
    found = report(
        rows,
        score_rows(scorer, rows),
        {label: options.thresholds.get(label, 0.5) for label in LABELS},
    )
    print(table(found["sources"], "source (toxicity)"), table(found["labels"], "label"), sep="\n\n")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
