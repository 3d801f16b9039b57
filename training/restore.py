"""A checkpoint out of the bundled int8 files, for runs that go on from them.

``python -m training.restore --out DIR [--assets DIR]``

The weights are those that the int8 graph computes with, in 32 bits: the 8-bit numbers
times their scales. The rounding done when they were stored stays in them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from moderation.scoring.assets import BUNDLED, CONFIG
from training.body import fetch_body
from training.checkpoint import save_checkpoint
from training.matrices import BLOCK, Array

NAMED = ("bert.", "classifier.")
"""Constants that the graph keeps under their names in PyTorch, as they are."""


def restored(model: Path, config: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """The weights of a graph made by ``training.export`` with int8 matrices.

    Args:
        model: the ONNX file.
        config: the body's ``config.json``.

    Returns:
        Weights by their names in a ``BertForSequenceClassification``, 32 bits.
    """
    graph = onnx.load(model).graph
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    own = "bert.embeddings."
    segments = np.zeros((config["type_vocab_size"], config["hidden_size"]), np.float32)
    weights = {name: value for name, value in stored.items() if name.startswith(NAMED)}
    weights[own + "word_embeddings.weight"] = _channels(stored, "words")
    weights[own + "position_embeddings.weight"] = stored["positions"]
    weights[own + "token_type_embeddings.weight"] = segments  # part of every position's vector
    for number in range(config["num_hidden_layers"]):
        weights |= _layer(stored, f"layer{number}.", f"bert.encoder.layer.{number}.")
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in weights.items()}


def _layer(stored: Mapping[str, Array], name: str, own: str) -> dict[str, Array]:
    parts = [f"{own}attention.self.{part}" for part in ("query", "key", "value")]
    joined = np.split(_channels(stored, name + "qkv"), len(parts), axis=1)
    biases = np.split(stored[name + "qkv_bias"], len(parts))
    return {
        **{f"{part}.weight": value.T for part, value in zip(parts, joined, strict=True)},
        **{f"{part}.bias": value for part, value in zip(parts, biases, strict=True)},
        own + "attention.output.dense.weight": _channels(stored, name + "attention").T,
        own + "intermediate.dense.weight": _channels(stored, name + "widen").T,
        own + "output.dense.weight": _blocks(stored, name + "narrow"),
    }


def _channels(stored: Mapping[str, Array], name: str) -> Array:
    return np.asarray(stored[f"{name}.q"].astype(np.float32) * stored[f"{name}.s"])


def _blocks(stored: Mapping[str, Array], name: str) -> Array:
    """See ``matrices.as_blocks``: outputs x blocks x inputs of a block, zero at 128."""
    scale = stored[f"{name}.s"]
    values = stored[f"{name}.b"].reshape(*scale.shape, BLOCK).astype(np.float32) - 128
    return np.asarray((values * scale[:, :, None]).reshape(len(scale), -1))


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=Path, default=BUNDLED)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--cache", type=Path, default=Path("build/training"), help="folder for the downloaded body"
    )
    options = parser.parse_args()
    body = fetch_body(options.cache)
    config = json.loads((body / "config.json").read_text(encoding="utf-8"))
    described = json.loads((options.assets / CONFIG).read_text(encoding="utf-8"))
    weights = restored(options.assets / described["model"], config)
    save_checkpoint(options.out, weights, described["labels"], config=config, tokenizer=body)


if __name__ == "__main__":
    main()
