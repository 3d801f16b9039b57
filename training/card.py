"""The model card: ``python -m training.card --reports DIR --out DIR``.

Writes ``MODEL_CARD.md``, ``NOTICE`` and the body's licence beside the model and lists
them in its sums.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from moderation.scoring.assets import CONFIG, write_sums
from training.evaluate import table
from training.left_out import section

TEXTS = Path(__file__).parent / "card_texts"
REPORTS = ("evaluation", "agreement", "robustness")
LEFT_OUT = "left_out"
"""Folder with one report of ``training.left_out`` a run, where there were any."""

Report = Mapping[str, Any]


def card(config: Report, reports: Mapping[str, Report], left_out: Sequence[Report]) -> str:
    """The card's text.

    Args:
        config: of the exported model.
        reports: what each of ``REPORTS`` has written, by name.
        left_out: what ``training.left_out`` has written, one report a run.
    """
    evaluation = reports["evaluation"]
    clean = reports["robustness"]["clean"]
    template = (TEXTS / "MODEL_CARD.md").read_text(encoding="utf-8")
    return template.format(
        labels=", ".join(config["labels"]),
        thresholds=", ".join(f"{label} {at:g}" for label, at in evaluation["thresholds"].items()),
        sources=table(evaluation["sources"], "source (toxicity)"),
        per_label=table(evaluation["labels"], "label"),
        agreement=_agreement_table(reports["agreement"]),
        tricks=_tricks_table(reports["robustness"]),
        clean_n=clean["n"],
        clean_held=f"{clean['held']:.2%}",
        clean_added=f"{clean['at_most_added']:.2%}",
        posts_n=evaluation["posts"]["n"],
        posts_held=f"{evaluation['posts']['held']:.0%}",
        left_out=section(left_out) if left_out else "Not measured.",
    )


def _agreement_table(agreement: Report) -> str:
    lines = [
        "| against Detoxify on the same weights | texts | mean | 99 % within | most | same side |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, entry in agreement.items():
        values = [f"{entry[key]:.5f}" for key in ("mean", "p99", "most")]
        cells = [name, str(entry["texts"]), *values, f"{entry['same_side']:.2%}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _tricks_table(robustness: Report) -> str:
    lines = ["| trick | held as written | held with both readings |", "|---|---:|---:|"]
    rows = [*robustness["tricks"].items(), ("mean", robustness["mean"])]
    lines += [f"| {name} | {before:.2f} | {after:.2f} |" for name, (before, after) in rows]
    return "\n".join(lines)


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=Path, required=True, help="folder with their JSON files")
    parser.add_argument("--out", type=Path, required=True, help="the assets' folder")
    options = parser.parse_args()
    reports = {name: _read(options.reports / f"{name}.json") for name in REPORTS}
    left_out = [_read(path) for path in sorted((options.reports / LEFT_OUT).glob("*.json"))]
    text = card(_read(options.out / CONFIG), reports, left_out)
    (options.out / "MODEL_CARD.md").write_text(text, encoding="utf-8")
    for name in ("NOTICE", "LICENSE-Apache-2.0"):
        shutil.copyfile(TEXTS / name, options.out / name)
    write_sums(options.out)


if __name__ == "__main__":
    main()
