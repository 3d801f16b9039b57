"""The last layers trained anew: nothing else in the file changes, and it learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from moderation.scoring.assets import BUNDLED, read_config
from moderation.scoring.onnx_scorer import load_onnx
from training.last_layers import PARTS, retrain
from training.sources import LABELS, Row

INSULT = "You are a stupid idiot and everybody here knows it."
CIVIL = "Thank you for the article about the bridge."


def _row(text: str, toxicity: float) -> Row:
    targets = (toxicity, *(None,) * (len(LABELS) - 1))
    return Row(text, targets, (1.0,) * len(LABELS), "written", text)


def _constants(folder: Path) -> dict[str, np.ndarray]:
    model = onnx.load(folder / read_config(folder)["model"])
    return {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}


def test_only_the_last_layers_change_and_scores_follow_the_rows(tmp_path: Path) -> None:
    rows = [_row(INSULT, 0.0), _row(CIVIL, 0.0)] * 32

    retrain(BUNDLED, rows, tmp_path / "new", seeds=(0, 1))

    before, after = _constants(BUNDLED), _constants(tmp_path / "new")
    changed = {name for name, value in before.items() if not np.array_equal(value, after[name])}
    assert changed == {f"{part}.{kind}" for part in PARTS for kind in ("weight", "bias")}
    old, new = (load_onnx("compact", folder) for folder in (BUNDLED, tmp_path / "new"))
    was, now = (scorer.score([INSULT])[0].values for scorer in (old, new))
    assert now["toxicity"] < was["toxicity"] - 0.05
    assert old.version != new.version


def test_unknown_values_teach_nothing(tmp_path: Path) -> None:
    rows = [Row(INSULT, (None,) * len(LABELS), (1.0,) * len(LABELS), "written", INSULT)] * 8

    retrain(BUNDLED, rows, tmp_path / "new", seeds=(0,))

    before, after = _constants(BUNDLED), _constants(tmp_path / "new")
    assert all(np.array_equal(value, after[name]) for name, value in before.items())
