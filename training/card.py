"""The model card: ``python -m training.card --evaluation FILE --agreement FILE --out DIR``.

Writes ``MODEL_CARD.md`` and ``NOTICE`` beside the model and lists them in its sums.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from moderation.scoring.assets import CONFIG, write_sums
from training.evaluate import table

TEXTS = Path(__file__).parent / "card_texts"


def card(
    config: dict[str, Any], evaluation: dict[str, Any], agreement: dict[str, Any], left_out: str
) -> str:
    """The card's text.

    Args:
        config: of the exported model.
        evaluation: as written by ``training.evaluate``.
        agreement: as written by ``training.agreement``.
        left_out: Markdown about sources that were left out of training.
    """
    template = (TEXTS / "MODEL_CARD.md").read_text(encoding="utf-8")
    thresholds = ", ".join(
        f"{label} {value:g}" for label, value in evaluation["thresholds"].items()
    )
    return template.format(
        labels=", ".join(config["labels"]),
        thresholds=thresholds,
        sources=table(evaluation["sources"], "source (toxicity)"),
        per_label=table(evaluation["labels"], "label"),
        agreement=_agreement_table(agreement),
        left_out=left_out.strip(),
    )


def _agreement_table(agreement: dict[str, Any]) -> str:
    lines = [
        "| against Detoxify on the same weights | texts | mean | 99 % within | most | same side of 0.5 |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, entry in agreement.items():
        values = f"{entry['mean']:.5f} | {entry['p99']:.5f} | {entry['most']:.5f} | {entry['same_side']:.2%}"
        lines.append(f"| {name} | {entry['texts']} | {values} |")
    return "\n".join(lines)


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluation", type=Path, required=True)
    parser.add_argument("--agreement", type=Path, required=True)
    parser.add_argument(
        "--left-out", type=Path, help="Markdown with the figures of left-out sources"
    )
    parser.add_argument("--out", type=Path, required=True, help="the assets' folder")
    options = parser.parse_args()
    config, evaluation, agreement = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (options.out / CONFIG, options.evaluation, options.agreement)
    )
    left_out = (
        options.left_out.read_text(encoding="utf-8")
        if options.left_out
        else "Not measured for this model."
    )
    (options.out / "MODEL_CARD.md").write_text(
        card(config, evaluation, agreement, left_out), encoding="utf-8"
    )
    (options.out / "NOTICE").write_text(
        (TEXTS / "NOTICE").read_text(encoding="utf-8"), encoding="utf-8"
    )
    write_sums(options.out)


if __name__ == "__main__":
    main()
