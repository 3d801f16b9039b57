"""The machine's peak at multiplying 8-bit matrices, and what a comment needs of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper

_SHAPES = ((512, 384, 1536), (1024, 1024, 1024), (1024, 4096, 1024))
_SECONDS = 0.4


def int8_peak(threads: int) -> float:
    """Billions of operations a second of ``MatMulInteger``, the best of some shapes.

    Args:
        threads: of onnxruntime.
    """
    return max(_rate(shape, threads) for shape in _SHAPES)


def _rate(shape: tuple[int, int, int], threads: int) -> float:
    rows, inner, columns = shape
    draw = np.random.default_rng(1)
    right = draw.integers(-64, 64, (inner, columns)).astype(np.int8)
    left = draw.integers(0, 128, (rows, inner)).astype(np.uint8)
    body = helper.make_graph(
        [helper.make_node("MatMulInteger", ["left", "right"], ["out"])],
        "product",
        [helper.make_tensor_value_info("left", TensorProto.UINT8, left.shape)],
        [helper.make_tensor_value_info("out", TensorProto.INT32, [rows, columns])],
        [helper.make_tensor("right", TensorProto.INT8, right.shape, right.tobytes(), raw=True)],
    )
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    session.run(None, {"left": left})
    best, end = float("inf"), time.perf_counter() + _SECONDS
    while time.perf_counter() < end:
        began = time.perf_counter()
        session.run(None, {"left": left})
        best = min(best, time.perf_counter() - began)
    return 2 * rows * inner * columns / best / 1e9


def operations(lengths: Sequence[int], config: Mapping[str, Any]) -> float:
    """Billions of 8-bit operations that pieces of these lengths need, padding not counted.

    Args:
        lengths: tokens of each piece, marks included.
        config: the model's ``config.json`` in the checkpoint.
    """
    hidden, wide = config["hidden_size"], config["intermediate_size"]
    layer = 4 * hidden * hidden + 2 * hidden * wide
    # In the last layer keys and values of all tokens, the rest for the first one alone.
    every = (config["num_hidden_layers"] - 1) * layer + 2 * hidden * hidden
    first = layer - 2 * hidden * hidden
    return 2 * sum(length * every + first for length in lengths) / 1e9
