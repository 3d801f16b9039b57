"""Average checkpoints and calibrate: ``python -m training.calibrate CHECKPOINT... --data DIR --out DIR``.

Per label a scale and a shift of the logit are fitted on the dev rows and written into
the classifier's own weights, so that every engine gives calibrated probabilities
without knowing of it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from moderation.scoring.registry import load_scorer
from training.checkpoint import CALIBRATION, CHECKPOINT, save_checkpoint
from training.data import DEV_SEED, load_split
from training.export import export
from training.scored import Array, Scored, of_label, score_rows
from training.sources import LABELS, Row

TOXIC_SHARE = 0.3
"""Share of toxic texts that the probabilities are made for. In the dev rows nearly half
are toxic, under an article perhaps one in ten."""

STEPS = 60


def averaged(checkpoints: Sequence[Path]) -> dict[str, Any]:
    """Mean of the weights of several checkpoints of one run."""
    states = [
        torch.load(path / CHECKPOINT, map_location="cpu", weights_only=True)["state_dict"]
        for path in checkpoints
    ]
    return {key: sum(state[key] for state in states) / len(states) for key in states[0]}


def fitted(scored: Scored, weight: Array) -> tuple[float, float]:
    """Scale and shift of the logit with the least cross-entropy, by Newton's method.

    Args:
        scored: probabilities before, and what they ought to be.
        weight: of each row.
    """
    score = np.clip(scored.score, 1e-6, 1 - 1e-6)
    logit = np.log(score / (1 - score))
    features = np.stack([logit, np.ones_like(logit)], axis=1)
    found = np.array([1.0, 0.0])
    for _ in range(STEPS):
        guess = 1 / (1 + np.exp(-features @ found))
        slope = features.T @ (weight * (guess - scored.truth))
        curve = (features * (weight * guess * (1 - guess))[:, None]).T @ features + 1e-6 * np.eye(2)
        found = found - np.linalg.solve(curve, slope)
    return float(found[0]), float(found[1])


def row_weights(scored: Scored, share: float) -> Array:
    """Weights that make positives count for the given share of the rows."""
    positive = scored.positive
    own = positive.mean()
    return np.asarray(np.where(positive, share / own, (1 - share) / (1 - own)))


def fold_in(state: Mapping[str, Any], scales: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """The same weights with each label's scale and shift in the classifier."""
    scale = torch.tensor([pair[0] for pair in scales], dtype=torch.float32)
    shift = torch.tensor([pair[1] for pair in scales], dtype=torch.float32)
    changed = dict(state)
    changed["classifier.weight"] = state["classifier.weight"] * scale[:, None]
    changed["classifier.bias"] = state["classifier.bias"] * scale + shift
    return changed


def _scales(folder: Path, rows: Sequence[Row], toxic_share: float) -> list[tuple[float, float]]:
    with tempfile.TemporaryDirectory() as scratch:
        export(folder, Path(scratch), name="fit", precision="fp32")
        scores = score_rows(load_scorer(scratch, instance=Path(scratch)), rows)
    scales = []
    for label in LABELS:
        scored = of_label(rows, scores, label)
        share = toxic_share if label == "toxicity" else float(scored.positive.mean())
        scales.append(fitted(scored, row_weights(scored, share)))
    return scales


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "checkpoints", type=Path, nargs="+", help="folders to average; usually the last few"
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--toxic-share", type=float, default=TOXIC_SHARE)
    options = parser.parse_args()
    source = options.checkpoints[-1]
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    state = averaged(options.checkpoints)
    save_checkpoint(options.out, state, LABELS, config=config, tokenizer=source)
    scales = _scales(options.out, load_split(options.data, seed=DEV_SEED).dev, options.toxic_share)
    save_checkpoint(options.out, fold_in(state, scales), LABELS, config=config, tokenizer=source)
    found = {label: {"scale": a, "shift": b} for label, (a, b) in zip(LABELS, scales, strict=True)}
    text = json.dumps(found, indent=1)
    (options.out / CALIBRATION).write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
