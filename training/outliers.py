"""What would spoil the 8-bit scales, found with the exact model and taken out of the way.

One scale serves a whole batch, so a single large value costs all others their precision.
Large values come in two kinds, and both can be removed without changing what the model
computes:

- A few channels of the hidden vectors lie far from zero. Every channel is centred: its
  middle is taken off the norm's bias and given back in the biases that read it.
- One or two feed-forward units of a layer give far larger values than the others. They
  are named here, and the graph computes them beside the rest in fp32.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from tokenizers import Tokenizer

from training.matrices import Array
from training.onnx_graph import Weights, bert_graph
from training.templates import template_rows

SPARED = 2
"""Units kept in fp32 in each layer; more did not help."""

TEXTS = 320
TOKENS = 60
SEED = 3


@dataclass(frozen=True)
class Ranges:
    """Between what each channel of a hidden vector lies, by the tensor's name.

    Attributes:
        low: least value of each channel.
        high: largest value of each channel.
    """

    low: Mapping[str, Array]
    high: Mapping[str, Array]

    def middle(self, name: str) -> Array:
        """Of each channel."""
        return np.asarray((self.low[name] + self.high[name]) / 2, dtype=np.float32)

    def largest(self, name: str, count: int) -> list[int]:
        """The channels with the largest values, in order of number."""
        reach = np.maximum(-self.low[name], self.high[name])
        return sorted(np.argsort(-reach)[:count].tolist())


def measured(weights: Weights, config: Mapping[str, Any], tokenizer: Tokenizer) -> Ranges:
    """Run lines written for this project through the exact model.

    Args:
        weights: fp32.
        config: the model's ``config.json``.
        tokenizer: the model's.
    """
    model = bert_graph(weights, config)
    layers = range(config["num_hidden_layers"])
    names = ["layer_in"]
    names += [f"layer{at}.{part}" for at in layers for part in ("a.out", "o.out", "active")]
    model.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names
    )
    found = dict(zip(names, _run(model, names, _inputs(tokenizer)), strict=True))
    return Ranges(
        {name: value.min(axis=0) for name, value in found.items()},
        {name: value.max(axis=0) for name, value in found.items()},
    )


def centred(weights: Weights, config: Mapping[str, Any], ranges: Ranges) -> dict[str, Array]:
    """Weights of the same model whose hidden channels lie around zero.

    Args:
        weights: fp32, left as they are.
        config: the model's ``config.json``.
        ranges: as measured on these weights.
    """
    new = dict(weights)
    source, norm = "layer_in", "bert.embeddings.LayerNorm.bias"
    for number in range(config["num_hidden_layers"]):
        own = f"bert.encoder.layer.{number}."
        middle = ranges.middle(source)
        new[norm] = new[norm] - middle
        for part in ("query", "key", "value"):
            _give_back(new, f"{own}attention.self.{part}", middle)
        new[own + "attention.output.dense.bias"] = new[own + "attention.output.dense.bias"] + middle
        middle = ranges.middle(f"layer{number}.a.out")
        norm = own + "attention.output.LayerNorm.bias"
        new[norm] = new[norm] - middle
        _give_back(new, own + "intermediate.dense", middle)
        new[own + "output.dense.bias"] = new[own + "output.dense.bias"] + middle
        source, norm = f"layer{number}.o.out", own + "output.LayerNorm.bias"
    return new


def spared_units(config: Mapping[str, Any], ranges: Ranges) -> list[list[int]]:
    """The feed-forward units of each layer to keep in fp32."""
    layers = range(config["num_hidden_layers"])
    return [ranges.largest(f"layer{number}.active", SPARED) for number in layers]


def _give_back(weights: dict[str, Array], part: str, middle: Array) -> None:
    weights[f"{part}.bias"] = weights[f"{part}.bias"] + weights[f"{part}.weight"] @ middle


def _inputs(tokenizer: Tokenizer) -> dict[str, Array]:
    rows = template_rows(SEED)
    texts = [row.text for row in rows[:: max(1, len(rows) // TEXTS)]][:TEXTS]
    encoded = tokenizer.encode_batch(texts)
    ids = np.zeros((len(texts), TOKENS), dtype=np.int64)
    mask = np.zeros_like(ids)
    for number, each in enumerate(encoded):
        length = min(len(each.ids), TOKENS)
        ids[number, :length], mask[number, :length] = each.ids[:length], 1
    return {"input_ids": ids, "attention_mask": mask}


def _run(model: onnx.ModelProto, names: list[str], inputs: dict[str, Array]) -> list[Array]:
    """The named tensors, without padding: tokens x channels."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    kept = inputs["attention_mask"].astype(bool)
    found = session.run(names, inputs)
    return [value[kept] if value.shape[1] == kept.shape[1] else value[:, 0] for value in found]
