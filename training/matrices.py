"""Forms in which a weight matrix can be stored in the graph, and the nodes to use it.

- ``as_float``: 32 bits, exact.
- ``as_half``: 16 bits in the file, widened once when the model is loaded.
- ``as_channels``: 8 bits, one scale per output column; the input is quantised on the
  fly with one scale for the whole batch.
- ``as_blocks``: 8 bits, one scale per block of inputs; the input is quantised per token
  and block, which is more exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper

Array = np.ndarray[Any, Any]
Nodes = Callable[[str, str], list[NodeProto]]
MS = "com.microsoft"
BLOCK = 128
_INT8_MOST = 127


@dataclass(frozen=True)
class Matrix:
    """A stored matrix.

    Attributes:
        constants: what goes into the file, by name.
        nodes: (input, output) to the nodes for ``input @ matrix``.
        rows: (indices, output) to the nodes that look up rows.
    """

    constants: dict[str, Array]
    nodes: Nodes
    rows: Nodes


def as_float(name: str, value: Array) -> Matrix:
    """Kept as it is."""
    key = f"{name}.w"
    return Matrix(
        {key: value.astype(np.float32)},
        lambda source, output: [_node("MatMul", [source, key], output)],
        lambda source, output: [_node("Gather", [key, source], output)],
    )


def as_half(name: str, value: Array) -> Matrix:
    """Half precision in the file."""
    key, wide = f"{name}.h", f"{name}.w"
    widen = _node("Cast", [key], wide, to=TensorProto.FLOAT)
    return Matrix(
        {key: value.astype(np.float16)},
        lambda source, output: [widen, _node("MatMul", [source, wide], output)],
        lambda source, output: [widen, _node("Gather", [wide, source], output)],
    )


def as_rows(name: str, value: Array) -> Matrix:
    """For look-up only: 8 bits, one scale per row."""
    scale = np.maximum(np.abs(value).max(axis=1, keepdims=True), 1e-8) / _INT8_MOST
    stored = np.rint(value / scale).astype(np.int8)
    key, scales = f"{name}.q", f"{name}.s"

    def rows(source: str, output: str) -> list[NodeProto]:
        return [
            _node("Gather", [key, source], f"{output}.row"),
            _node("Cast", [f"{output}.row"], f"{output}.row_f", to=TensorProto.FLOAT),
            _node("Gather", [scales, source], f"{output}.row_s"),
            _node("Mul", [f"{output}.row_f", f"{output}.row_s"], output),
        ]

    return Matrix({key: stored, scales: scale.astype(np.float32)}, _no_product, rows)


def as_channels(name: str, value: Array) -> Matrix:
    """8 bits per column, input quantised per batch."""
    scale = np.maximum(np.abs(value).max(axis=0), 1e-8) / _INT8_MOST
    stored = np.rint(value / scale).astype(np.int8)
    key, scales = f"{name}.q", f"{name}.s"

    def nodes(source: str, output: str) -> list[NodeProto]:
        quantised = [f"{source}.{part}" for part in ("q", "qs", "qz")]
        return [
            helper.make_node(
                "DynamicQuantizeLinear", [source], quantised, name=f"{source}:quantise"
            ),
            _node(
                "MatMulIntegerToFloat",
                [quantised[0], key, quantised[1], scales, quantised[2]],
                output,
                domain=MS,
            ),
        ]

    return Matrix({key: stored, scales: scale.astype(np.float32)}, nodes, _no_look_up)


def as_blocks(name: str, value: Array) -> Matrix:
    """8 bits per block of inputs, input quantised per token and block."""
    inputs, outputs = value.shape
    blocks = value.T.reshape(outputs, inputs // BLOCK, BLOCK)
    scale = np.maximum(np.abs(blocks).max(axis=2, keepdims=True), 1e-8) / _INT8_MOST
    stored = (np.rint(blocks / scale) + 128).astype(np.uint8)
    key, scales = f"{name}.b", f"{name}.s"

    def nodes(source: str, output: str) -> list[NodeProto]:
        sizes = {"K": inputs, "N": outputs, "bits": 8, "block_size": BLOCK, "accuracy_level": 4}
        return [_node("MatMulNBits", [source, key, scales], output, domain=MS, **sizes)]

    return Matrix(
        {key: stored, scales: scale.reshape(outputs, -1).astype(np.float32)}, nodes, _no_look_up
    )


def _node(kind: str, inputs: list[str], output: str, **attributes: Any) -> NodeProto:
    return helper.make_node(kind, inputs, [output], name=f"{output}:{kind}", **attributes)


def _no_product(source: str, output: str) -> list[NodeProto]:
    raise NotImplementedError("stored for look-up only")


def _no_look_up(source: str, output: str) -> list[NodeProto]:
    raise NotImplementedError("stored for products only")
