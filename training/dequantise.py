"""From the service's int8 files back to a checkpoint in Detoxify's format.

``python -m training.dequantise --assets DIR --out DIR``

The weights are those that the int8 model acts with, in 32 bits; what was rounded away
when it was exported does not come back. For comparisons where the trained checkpoint is
not at hand, and to store a model anew after the graph has been improved.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer

from moderation.scoring.assets import BUNDLED, read_config, verify_sums
from training.checkpoint import save_checkpoint
from training.matrices import Array, restored
from training.onnx_graph import Weights

_PARTS = ("query", "key", "value")


def dequantise(assets: Path, out: Path) -> Path:
    """Write a checkpoint with the weights of int8 assets.

    Args:
        assets: folder as written by ``training.export`` with int8 precision.
        out: made where missing.

    Returns:
        The checkpoint file.

    Raises:
        ScoringUnavailable: the assets are damaged.
        SystemExit: they were not written by this version's ``training.export``.
    """
    verify_sums(assets)
    settings = read_config(assets)
    model = onnx.load(assets / settings["model"])
    facts = {entry.key: json.loads(entry.value) for entry in model.metadata_props}
    constants = {
        each.name: np.array(numpy_helper.to_array(each)) for each in model.graph.initializer
    }
    if "spared" not in facts or "words.q" not in constants:
        raise SystemExit(f"{assets} has no int8 model of this version's training.export")
    weights = _weights(constants, facts["spared"])
    config = _config(weights, facts["heads"], model)
    with tempfile.TemporaryDirectory() as scratch:
        _write_tokenizer(assets / "tokenizer.json", Path(scratch))
        state = {name: torch.from_numpy(value.copy()) for name, value in weights.items()}
        return save_checkpoint(
            out, state, settings["labels"], config=config, tokenizer=Path(scratch)
        )


def _weights(constants: Mapping[str, Array], spared: list[list[int]]) -> dict[str, Array]:
    """By their names in PyTorch."""
    weights = {name: value for name, value in constants.items() if name.startswith("bert.")}
    weights |= {name: value for name, value in constants.items() if name.startswith("classifier.")}
    positions = constants["positions"]
    own = "bert.embeddings."
    weights[own + "word_embeddings.weight"] = restored("words", constants)
    weights[own + "position_embeddings.weight"] = positions
    # Its vector is part of the positions' already.
    weights[own + "token_type_embeddings.weight"] = np.zeros((2, positions.shape[1]), np.float32)
    for number, units in enumerate(spared):
        weights |= _attention(constants, number, last=number == len(spared) - 1)
        weights |= _feed_forward(constants, number, units)
    return weights


def _attention(constants: Mapping[str, Array], number: int, *, last: bool) -> dict[str, Array]:
    own, name = f"bert.encoder.layer.{number}.attention.", f"layer{number}"
    stored = (f"{name}.query", f"{name}.kv") if last else (f"{name}.qkv",)
    joined = np.concatenate([restored(part, constants) for part in stored], axis=1)
    biases = np.concatenate([constants[f"{part}.bias"] for part in stored])
    weights = {own + "output.dense.weight": restored(f"{name}.attention", constants).T}
    cut = zip(_PARTS, np.split(joined, 3, axis=1), np.split(biases, 3), strict=True)
    for part, matrix, bias in cut:
        weights[f"{own}self.{part}.weight"] = matrix.T
        weights[f"{own}self.{part}.bias"] = bias
    return weights


def _feed_forward(
    constants: Mapping[str, Array], number: int, units: list[int]
) -> dict[str, Array]:
    own, name = f"bert.encoder.layer.{number}.", f"layer{number}"
    widen, narrow = restored(f"{name}.widen", constants), restored(f"{name}.narrow", constants)
    bias = constants[f"{name}.active.bias"].copy()
    if units:
        widen[:, units] = constants[f"{name}.spared.widen"]
        bias[units] = constants[f"{name}.spared.active.bias"]
        narrow[units] = constants[f"{name}.spared.narrow"]
    return {
        own + "intermediate.dense.weight": widen.T,
        own + "intermediate.dense.bias": bias,
        own + "output.dense.weight": narrow.T,
    }


def _config(weights: Weights, heads: int, model: onnx.ModelProto) -> dict[str, Any]:
    words, hidden = weights["bert.embeddings.word_embeddings.weight"].shape
    layers = sum(name.endswith("intermediate.dense.bias") for name in weights)
    epsilon = next(
        attribute.f
        for node in model.graph.node
        if node.op_type == "LayerNormalization"
        for attribute in node.attribute
        if attribute.name == "epsilon"
    )
    return {
        "model_type": "bert",
        "vocab_size": words,
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": weights["bert.encoder.layer.0.intermediate.dense.bias"].shape[0],
        "max_position_embeddings": weights["bert.embeddings.position_embeddings.weight"].shape[0],
        "layer_norm_eps": float(epsilon),
        "hidden_act": "gelu",
        "type_vocab_size": 2,
    }


def _write_tokenizer(source: Path, folder: Path) -> None:
    tokenizer = Tokenizer.from_file(str(source))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    words = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    lines = "".join(f"{word}\n" for word, _ in words)
    (folder / "vocab.txt").write_text(lines, encoding="utf-8")


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=Path, default=BUNDLED)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    print(dequantise(options.assets, options.out))


if __name__ == "__main__":
    main()
