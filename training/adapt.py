"""Checkpoints of Detoxify's families brought into the form that the ONNX graph is built from.

RoBERTa and XLM-R are BERT with other names: positions that begin after the padding index,
one segment, and a classification head whose first layer stands where BERT has its pooler
(Liu et al. 2019, arXiv:1907.11692; ``RobertaClassificationHead`` in transformers).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from moderation.domain.scores import LABELS
from moderation.scoring.detoxify_scorer import DETOXIFY_NAMES, only_checkpoint

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Adapted:
    """What the graph needs of a checkpoint.

    Attributes:
        weights: fp32, by BERT's names, one row of the classifier a label.
        config: the body's configuration; ``max_position_embeddings`` counts usable ones.
        labels: those of Detoxify's that the checkpoint has, in the order of the logits.
        marks: the tokens that begin a text, end it, and fill up a row.
    """

    weights: dict[str, Array]
    config: dict[str, Any]
    labels: list[str]
    marks: tuple[str, str, str]


def adapted(folder: Path) -> Adapted:
    """Read a checkpoint with its configuration.

    Args:
        folder: with one ``.ckpt`` file and ``config.json``.

    Raises:
        SystemExit: for an architecture that the graph does not know.
    """
    content = torch.load(only_checkpoint(folder), map_location="cpu", weights_only=True)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    weights = {key: value.float().numpy() for key, value in content["state_dict"].items()}
    kind = config["model_type"]
    if kind == "bert":
        marks = ("[CLS]", "[SEP]", "[PAD]")
    elif kind in ("roberta", "xlm-roberta"):
        weights, config = _from_roberta(weights, config)
        marks = ("<s>", "</s>", "<pad>")
    else:
        raise SystemExit(f"BERT, RoBERTa and XLM-R can be exported, this is {kind}")
    classes = content["config"]["dataset"]["args"]["classes"]
    return _known_labels(weights, config, classes, marks)


def _from_roberta(
    weights: dict[str, Array], config: dict[str, Any]
) -> tuple[dict[str, Array], dict[str, Any]]:
    first = config["pad_token_id"] + 1
    renamed = {key.replace("roberta.", "bert.", 1): value for key, value in weights.items()}
    positions = "bert.embeddings.position_embeddings.weight"
    renamed[positions] = renamed[positions][first:]
    for part in ("weight", "bias"):
        renamed[f"bert.pooler.dense.{part}"] = renamed.pop(f"classifier.dense.{part}")
        renamed[f"classifier.{part}"] = renamed.pop(f"classifier.out_proj.{part}")
    return renamed, {**config, "max_position_embeddings": len(renamed[positions])}


def _known_labels(
    weights: dict[str, Array],
    config: dict[str, Any],
    classes: list[str],
    marks: tuple[str, str, str],
) -> Adapted:
    names = [DETOXIFY_NAMES.get(name, name) for name in classes]
    kept = [at for at, name in enumerate(names) if name in LABELS]
    chosen = {key: weights[key][kept] for key in ("classifier.weight", "classifier.bias")}
    return Adapted(weights | chosen, config, [names[at] for at in kept], marks)
