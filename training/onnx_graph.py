"""A BERT classifier as an ONNX graph, built node by node.

Built here rather than traced, so that the fused operators of onnxruntime (attention,
skip-layer-norm, bias-gelu) are used for certain, and each matrix can be stored in the
form that suits it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.matrices import Matrix, as_float

MS = "com.microsoft"
OPSET = 17

Array = np.ndarray[Any, Any]
Weights = Mapping[str, Array]
Store = Callable[[str, Array], Matrix]
"""Decides by a matrix's name how it is stored: see ``matrices.py``."""


def bert_graph(
    weights: Weights, config: Mapping[str, Any], store: Store = as_float
) -> onnx.ModelProto:
    """Build the graph: token ids and mask in, one logit per label out.

    Args:
        weights: of a ``BertForSequenceClassification``, fp32, by their names in PyTorch.
        config: the model's ``config.json``.
        store: how each matrix is kept; fp32 by default.

    Returns:
        A model with inputs ``input_ids`` and ``attention_mask`` (int64, batch x tokens)
        and output ``logits`` (float32, batch x labels).
    """
    graph = _BertGraph(weights, config, store)
    graph.node("Cast", ["attention_mask"], "mask32", to=TensorProto.INT32)
    hidden = graph.embeddings()
    for number in range(config["num_hidden_layers"]):
        hidden = graph.layer(number, hidden)
    graph.head(hidden)
    return graph.model()


@dataclass
class _BertGraph:
    weights: Weights
    config: Mapping[str, Any]
    store: Store
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: Array) -> str:
        self.constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(
            helper.make_node(kind, inputs, [output], name=f"{output}:{kind}", **attributes)
        )
        return output

    def matmul(self, source: str, name: str, value: Array) -> str:
        """``source @ value`` in whatever form the matrix is stored."""
        matrix = self._stored(name, value)
        self.nodes.extend(matrix.nodes(source, f"{name}.out"))
        return f"{name}.out"

    def embeddings(self) -> str:
        """Word and position vectors, summed and normed."""
        own = "bert.embeddings."
        words = self._stored("words", self.weights[own + "word_embeddings.weight"])
        self.nodes.extend(words.rows("input_ids", "words"))
        # There is only ever one segment, so its vector is part of every position's.
        segment = self.weights[own + "token_type_embeddings.weight"][0]
        positions = self.constant(
            "positions", self.weights[own + "position_embeddings.weight"] + segment
        )
        length = self.node("Shape", ["input_ids"], "length", start=1, end=2)
        zero = self.constant("zero", np.array([0], dtype=np.int64))
        used = self.node("Slice", [positions, zero, length, zero], "used_positions")
        summed = self.node("Add", ["words", used], "embedded")
        inputs = [summed, *self._pair(own + "LayerNorm")]
        return self.node("LayerNormalization", inputs, "layer_in", epsilon=self._epsilon, axis=-1)

    def layer(self, number: int, hidden: str) -> str:
        """One layer of the encoder."""
        own = f"bert.encoder.layer.{number}."
        attended = self._attention(own, f"layer{number}", hidden)
        out = self._dense(attended, f"layer{number}.attention", own + "attention.output")
        hidden = self._skip_norm(own + "attention.output", f"layer{number}.a", out, hidden)
        wide = self._dense(hidden, f"layer{number}.widen", own + "intermediate")
        bias = self._named(own + "intermediate.dense.bias")
        active = self.node("BiasGelu", [wide, bias], f"layer{number}.active", domain=MS)
        narrow = self._dense(active, f"layer{number}.narrow", own + "output")
        return self._skip_norm(own + "output", f"layer{number}.o", narrow, hidden)

    def head(self, hidden: str) -> None:
        """The first token's vector through the pooler and the classifier."""
        first = self.constant("first", np.array(0, dtype=np.int64))
        token = self.node("Gather", [hidden, first], "first_token", axis=1)
        pooled = self.node("Gemm", [token, *self._pair("bert.pooler.dense")], "pooled", transB=1)
        active = self.node("Tanh", [pooled], "pooled_tanh")
        self.node("Gemm", [active, *self._pair("classifier")], "logits", transB=1)

    def model(self) -> onnx.ModelProto:
        """Everything so far as a model."""
        labels = self.weights["classifier.weight"].shape[0]
        shape = ["batch", "tokens"]
        names = ("input_ids", "attention_mask")
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in names]
        outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", labels])]
        body = helper.make_graph(self.nodes, "bert", inputs, outputs, self.constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MS, 1)]
        return helper.make_model(body, opset_imports=opsets, ir_version=9, producer_name="training")

    @property
    def _epsilon(self) -> float:
        return float(self.config["layer_norm_eps"])

    def _stored(self, name: str, value: Array) -> Matrix:
        matrix = self.store(name, value)
        for key, constant in matrix.constants.items():
            self.constant(key, constant)
        return matrix

    def _named(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def _pair(self, part: str) -> list[str]:
        return [self._named(f"{part}.weight"), self._named(f"{part}.bias")]

    def _dense(self, source: str, name: str, part: str) -> str:
        return self.matmul(source, name, self.weights[f"{part}.dense.weight"].T)

    def _attention(self, own: str, name: str, hidden: str) -> str:
        parts = [f"{own}attention.self.{part}" for part in ("query", "key", "value")]
        joined = np.concatenate([self.weights[f"{part}.weight"].T for part in parts], axis=1)
        biases = np.concatenate([self.weights[f"{part}.bias"] for part in parts])
        qkv = self.matmul(hidden, f"{name}.qkv", joined)
        split = [f"{name}.{part}" for part in ("q", "k", "v")]
        self.nodes.append(helper.make_node("Split", [qkv], split, name=f"{name}.split", axis=-1))
        inputs = [*split, self.constant(f"{name}.qkv_bias", biases), "mask32"]
        heads = self.config["num_attention_heads"]
        return self.node(
            "MultiHeadAttention", inputs, f"{name}.attended", domain=MS, num_heads=heads
        )

    def _skip_norm(self, part: str, name: str, added: str, skip: str) -> str:
        bias = self._named(f"{part}.dense.bias")
        inputs = [added, skip, *self._pair(f"{part}.LayerNorm"), bias]
        return self.node(
            "SkipLayerNormalization", inputs, f"{name}.out", domain=MS, epsilon=self._epsilon
        )
