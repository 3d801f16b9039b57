"""Checkpoints in Detoxify's format, beside the configuration and tokenizer it needs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

CHECKPOINT = "model.ckpt"
CALIBRATION = "calibration.json"
"""Kept beside a calibrated checkpoint for the record; the weights already contain it."""

TOKENIZER_FILES = ("tokenizer.json", "vocab.txt")


def save_checkpoint(
    folder: Path,
    state: Mapping[str, Any],
    labels: Sequence[str],
    *,
    config: Mapping[str, Any],
    tokenizer: Path,
) -> Path:
    """Write a folder that ``Detoxify(checkpoint=..., huggingface_config_path=...)`` loads.

    Args:
        folder: made where missing.
        state: weights by name, fp32.
        labels: in the order of the logits.
        config: the body's configuration, of which the label names are replaced.
        tokenizer: folder with ``tokenizer.json`` and ``vocab.txt``.

    Returns:
        The checkpoint file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write_config(folder, labels, config)
    _write_tokenizer(folder, tokenizer, int(config["max_position_embeddings"]))
    arch = {
        "num_classes": len(labels),
        "model_type": str(folder),
        "model_name": "BertForSequenceClassification",
        "tokenizer_name": "BertTokenizer",
    }
    meta = {"dataset": {"args": {"classes": list(labels)}}, "arch": {"args": arch}}
    torch.save({"config": meta, "state_dict": dict(state)}, folder / CHECKPOINT)
    return folder / CHECKPOINT


def _write_config(folder: Path, labels: Sequence[str], config: Mapping[str, Any]) -> None:
    names = dict(enumerate(labels))
    ids = {label: number for number, label in names.items()}
    content = {
        **config,
        "id2label": names,
        "label2id": ids,
        "architectures": ["BertForSequenceClassification"],
    }
    content.pop("_name_or_path", None)
    (folder / "config.json").write_text(
        json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def _write_tokenizer(folder: Path, tokenizer: Path, positions: int) -> None:
    for name in TOKENIZER_FILES:
        if (tokenizer / name).exists() and tokenizer.resolve() != folder.resolve():
            shutil.copyfile(tokenizer / name, folder / name)
    content = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": True,
        "model_max_length": positions,
    }
    (folder / "tokenizer_config.json").write_text(
        json.dumps(content, indent=1) + "\n", encoding="utf-8"
    )
