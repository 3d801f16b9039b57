"""A BERT classifier as an ONNX graph, built node by node.

Built here rather than traced, so that the fused operators of onnxruntime (attention,
bias-gelu, products that quantise their input) are used for certain, each matrix can be
stored in the form that suits it, and the last layer is computed for the first token
alone, which is all that the classifier reads.

Adding and norming are two operators on purpose: onnxruntime's joint one
(SkipLayerNormalization) took five times as long on the CPU.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.matrices import IN_FLOAT, Matrix, Store, Table

MS = "com.microsoft"
OPSET = 17

Array = np.ndarray[Any, Any]
Weights = Mapping[str, Array]
_Stored = TypeVar("_Stored", Matrix, Table)


def bert_graph(
    weights: Weights,
    config: Mapping[str, Any],
    store: Store = IN_FLOAT,
    spared: Sequence[Sequence[int]] = (),
) -> onnx.ModelProto:
    """Build the graph: token ids and mask in, one logit per label out.

    Args:
        weights: of a ``BertForSequenceClassification``, fp32, by their names in PyTorch.
        config: the model's ``config.json``.
        store: how each matrix is kept; fp32 by default.
        spared: for each layer the feed-forward units that are kept in fp32 beside the
            stored matrices, see ``outliers.py``; none by default.

    Returns:
        A model with inputs ``input_ids`` and ``attention_mask`` (int64, batch x tokens)
        and output ``logits`` (float32, batch x labels).
    """
    graph = _BertGraph(weights, config, store, spared)
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
    spared: Sequence[Sequence[int]]
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

    def matmul(self, source: str, name: str, value: Array, bias: str = "") -> str:
        """``source @ value + bias`` in whatever form the matrix is stored."""
        matrix = self._with_constants(self.store.matrix(name, value))
        self.nodes.extend(matrix.nodes(source, f"{name}.out", bias))
        return f"{name}.out"

    def embeddings(self) -> str:
        """Word and position vectors, summed and normed."""
        own = "bert.embeddings."
        words = self.store.table("words", self.weights[own + "word_embeddings.weight"])
        self.nodes.extend(self._with_constants(words).nodes("input_ids", "words"))
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
        """One layer of the encoder; the last one gives the first token's vector only."""
        own, name = f"bert.encoder.layer.{number}.", f"layer{number}"
        asking = self._first_token(hidden) if number == self._layers - 1 else hidden
        attended = self._attention(own, name, asking, hidden)
        out = self._dense(attended, f"{name}.attention", own + "attention.output")
        between = self._add_and_norm(own + "attention.output", f"{name}.a", out, asking)
        narrow = self._feed_forward(number, between)
        return self._add_and_norm(own + "output", f"{name}.o", narrow, between)

    def head(self, hidden: str) -> None:
        """The first token's vector through the pooler and the classifier."""
        axis = self.constant("token_axis", np.array([1], dtype=np.int64))
        token = self.node("Squeeze", [hidden, axis], "first_vector")
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
        model = helper.make_model(
            body, opset_imports=opsets, ir_version=9, producer_name="training"
        )
        facts = {
            "heads": self.config["num_attention_heads"],
            "spared": list(map(list, self.spared)),
        }
        helper.set_model_props(model, {key: json.dumps(fact) for key, fact in facts.items()})
        return model

    @property
    def _layers(self) -> int:
        return int(self.config["num_hidden_layers"])

    @property
    def _epsilon(self) -> float:
        return float(self.config["layer_norm_eps"])

    def _with_constants(self, stored: _Stored) -> _Stored:
        for key, constant in stored.constants.items():
            self.constant(key, constant)
        return stored

    def _named(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def _pair(self, part: str) -> list[str]:
        return [self._named(f"{part}.weight"), self._named(f"{part}.bias")]

    def _dense(self, source: str, name: str, part: str) -> str:
        bias = self._named(f"{part}.dense.bias")
        return self.matmul(source, name, self.weights[f"{part}.dense.weight"].T, bias)

    def _first_token(self, hidden: str) -> str:
        first = self.constant("first", np.array([0], dtype=np.int64))
        return self.node("Gather", [hidden, first], "first_token", axis=1)

    def _attention(self, own: str, name: str, asking: str, hidden: str) -> str:
        """Attention of the tokens in ``asking`` to those in ``hidden``."""
        if asking == hidden:
            split = self._projected(own, f"{name}.qkv", hidden, ("query", "key", "value"))
        else:
            split = [
                *self._projected(own, f"{name}.query", asking, ("query",)),
                *self._projected(own, f"{name}.kv", hidden, ("key", "value")),
            ]
        heads = self.config["num_attention_heads"]
        inputs = [*split, "", "mask32"]
        return self.node(
            "MultiHeadAttention", inputs, f"{name}.attended", domain=MS, num_heads=heads
        )

    def _projected(self, own: str, name: str, source: str, parts: Sequence[str]) -> list[str]:
        """Queries, keys and values: one product, then cut apart."""
        parts = [f"{own}attention.self.{part}" for part in parts]
        joined = np.concatenate([self.weights[f"{part}.weight"].T for part in parts], axis=1)
        biases = np.concatenate([self.weights[f"{part}.bias"] for part in parts])
        product = self.matmul(source, name, joined, self.constant(f"{name}.bias", biases))
        if len(parts) == 1:
            return [product]
        split = [f"{part}.out" for part in parts]
        self.nodes.append(
            helper.make_node("Split", [product], split, name=f"{name}.split", axis=-1)
        )
        return split

    def _feed_forward(self, number: int, source: str) -> str:
        own, name = f"bert.encoder.layer.{number}.", f"layer{number}"
        widen = self.weights[own + "intermediate.dense.weight"].T
        bias = self.weights[own + "intermediate.dense.bias"]
        narrow = self.weights[own + "output.dense.weight"].T
        kept = list(self.spared[number]) if self.spared else []
        exact = widen[:, kept], bias[kept], narrow[kept]
        widen, bias, narrow = widen.copy(), bias.copy(), narrow.copy()
        widen[:, kept], bias[kept], narrow[kept] = 0, 0, 0
        wide = self.matmul(source, f"{name}.widen", widen)
        active = self._gelu(wide, f"{name}.active", bias)
        out = self._named(own + "output.dense.bias")
        result = self.matmul(active, f"{name}.narrow", narrow, out)
        return self._with_spared(source, result, f"{name}.spared", *exact) if kept else result

    def _with_spared(
        self, source: str, result: str, name: str, widen: Array, bias: Array, narrow: Array
    ) -> str:
        """Add what the units in fp32 contribute."""
        wide = self.node("MatMul", [source, self.constant(f"{name}.widen", widen)], f"{name}.wide")
        active = self._gelu(wide, f"{name}.active", bias)
        part = self.node(
            "MatMul", [active, self.constant(f"{name}.narrow", narrow)], f"{name}.part"
        )
        return self.node("Add", [result, part], f"{name}.out")

    def _gelu(self, source: str, output: str, bias: Array) -> str:
        inputs = [source, self.constant(f"{output}.bias", bias)]
        return self.node("BiasGelu", inputs, output, domain=MS)

    def _add_and_norm(self, part: str, name: str, added: str, skip: str) -> str:
        total = self.node("Add", [added, skip], f"{name}.sum")
        inputs = [total, *self._pair(f"{part}.LayerNorm")]
        return self.node(
            "LayerNormalization", inputs, f"{name}.out", epsilon=self._epsilon, axis=-1
        )
