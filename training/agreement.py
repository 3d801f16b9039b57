"""How far the ONNX files are from the detoxify package on the same weights.

``python -m training.agreement --checkpoint DIR --data DIR [--json FILE]``
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from moderation.scoring.assets import BUNDLED
from moderation.scoring.base import Scorer
from moderation.scoring.registry import load_scorer
from training.data import DEV_SEED, load_split
from training.export import export

TEXTS = 600


@dataclass(frozen=True)
class Agreement:
    """Differences of two scorers over all texts and labels.

    Attributes:
        texts: how many were compared.
        mean: mean absolute difference of the probabilities.
        p99: 99 % of the differences are at most this.
        most: the largest difference.
        same_side: share of probabilities on the same side of 0.5 in both.
    """

    texts: int
    mean: float
    p99: float
    most: float
    same_side: float


def compare(one: Scorer, other: Scorer, texts: Sequence[str]) -> Agreement:
    """Score the same texts with both.

    Args:
        one: the reference.
        other: with the same labels.
        texts: what to score.
    """
    first, second = (
        np.array([[scores.values[label] for label in one.labels] for scores in scorer.score(texts)])
        for scorer in (one, other)
    )
    apart = np.abs(first - second)
    return Agreement(
        texts=len(texts),
        mean=float(apart.mean()),
        p99=float(np.quantile(apart, 0.99)),
        most=float(apart.max()),
        same_side=float(((first >= 0.5) == (second >= 0.5)).mean()),
    )


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--assets", type=Path, default=BUNDLED, help="the int8 assets to compare")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    dev = load_split(options.data, seed=DEV_SEED).dev
    texts = [row.text for row in dev[:: max(1, len(dev) // TEXTS)]][:TEXTS]
    with tempfile.TemporaryDirectory() as scratch:
        export(options.checkpoint, Path(scratch), name="exact", precision="fp32")
        reference, exact, small = (
            load_scorer(str(folder), instance=Path(scratch))
            for folder in (options.checkpoint, Path(scratch), options.assets)
        )
        found = {
            "fp32": asdict(compare(reference, exact, texts)),
            "int8": asdict(compare(reference, small, texts)),
        }
    print(json.dumps(found, indent=2))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
