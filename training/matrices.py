"""Forms in which a weight matrix can be stored in the graph, and the nodes to use it.

For products: ``as_float``, 32 bits, exact; ``as_channels``, 8 bits, one scale per output
column, the input quantised on the fly with one scale for the whole batch. For look-up:
``rows_as_float`` and ``as_rows``, 8 bits, one scale per row. ``restored`` undoes the 8 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper

Array = np.ndarray[Any, Any]
MS = "com.microsoft"
_INT8_MOST = 127


@dataclass(frozen=True)
class Matrix:
    """A matrix stored for products.

    Attributes:
        constants: what goes into the file, by name.
        nodes: (input, output, bias or "") to the nodes for ``input @ matrix + bias``.
    """

    constants: dict[str, Array]
    nodes: Callable[[str, str, str], list[NodeProto]]


@dataclass(frozen=True)
class Table:
    """A matrix stored for look-up.

    Attributes:
        constants: what goes into the file, by name.
        nodes: (indices, output) to the nodes that look up rows.
    """

    constants: dict[str, Array]
    nodes: Callable[[str, str], list[NodeProto]]


@dataclass(frozen=True)
class Store:
    """How a graph keeps its weights.

    Attributes:
        matrix: name and value to what products use.
        table: the same for what is looked up.
    """

    matrix: Callable[[str, Array], Matrix]
    table: Callable[[str, Array], Table]


def as_float(name: str, value: Array) -> Matrix:
    """Kept as it is."""
    key = f"{name}.w"

    def nodes(source: str, output: str, bias: str) -> list[NodeProto]:
        if not bias:
            return [_node("MatMul", [source, key], output)]
        product = f"{output}.product"
        return [_node("MatMul", [source, key], product), _node("Add", [product, bias], output)]

    return Matrix({key: value.astype(np.float32)}, nodes)


def rows_as_float(name: str, value: Array) -> Table:
    """Kept as it is, for look-up."""
    key = f"{name}.w"
    return Table(
        {key: value.astype(np.float32)},
        lambda source, output: [_node("Gather", [key, source], output)],
    )


def as_rows(name: str, value: Array) -> Table:
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

    return Table({key: stored, scales: scale.astype(np.float32)}, rows)


def as_channels(name: str, value: Array) -> Matrix:
    """8 bits per column, input quantised per batch."""
    scale = np.maximum(np.abs(value).max(axis=0), 1e-8) / _INT8_MOST
    stored = np.rint(value / scale).astype(np.int8)
    key, scales = f"{name}.q", f"{name}.s"

    def nodes(source: str, output: str, bias: str) -> list[NodeProto]:
        inputs = [source, key, scales, *(["", bias] if bias else [])]
        return [_node("DynamicQuantizeMatMul", inputs, output, domain=MS)]

    return Matrix({key: stored, scales: scale.astype(np.float32)}, nodes)


def restored(name: str, constants: Mapping[str, Array]) -> Array:
    """The fp32 matrix that acts as one kept in 8 bits, ``as_channels`` or ``as_rows``."""
    return np.asarray(constants[f"{name}.q"].astype(np.float32) * constants[f"{name}.s"])


def _node(kind: str, inputs: list[str], output: str, **attributes: Any) -> NodeProto:
    return helper.make_node(kind, inputs, [output], name=f"{output}:{kind}", **attributes)


IN_FLOAT = Store(as_float, rows_as_float)
IN_INT8 = Store(as_channels, as_rows)
"""How the bundled model is kept."""
