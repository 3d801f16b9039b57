"""Train the pooler and the classifier of a stored model anew: ``python -m training.last_layers``.

The layers below stay as they are, 8 bits and all, so a model learns from rows that it was
trained without (weak labels, new sources) in minutes instead of hours. Training the last
layer alone on better data takes away much of what a model has learned of its sources' style
(Kirichenko, Izmailov and Wilson 2023, "Last Layer Re-Training is Sufficient for Robustness
to Spurious Correlations").

The vectors of all rows are computed with the stored model; means of several seeds' weights
are kept, which all start from the present ones.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from moderation.scoring.assets import BUNDLED, read_config, write_sums
from moderation.scoring.engine import TokenIds
from moderation.scoring.onnx_scorer import OnnxEngine
from training.data import load_split
from training.sources import LABELS, Row
from training.train import LABEL_WEIGHTS, SMOOTHING

VECTOR = "first_vector"
PARTS = ("bert.pooler.dense", "classifier")
MOST_TOKENS = 126
BATCH_TOKENS = 256
RATE = 1e-3
EPOCHS = 6
BATCH = 512
SEEDS = 3
LOG_EVERY = 500


class _LastLayers(torch.nn.Module):
    """What comes after the first token's vector, starting from stored weights."""

    def __init__(self, weights: dict[str, np.ndarray[Any, Any]]) -> None:
        super().__init__()
        for part, name in zip(("pooler", "classifier"), PARTS, strict=True):
            weight = torch.from_numpy(weights[f"{name}.weight"].copy())
            layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
            layer.weight = torch.nn.Parameter(weight)
            layer.bias = torch.nn.Parameter(torch.from_numpy(weights[f"{name}.bias"].copy()))
            self.add_module(part, layer)

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        return self.classifier(torch.tanh(self.pooler(vectors)))  # type: ignore[no-any-return]

    def stored(self) -> dict[str, np.ndarray[Any, Any]]:
        """The weights by their names in the graph."""
        layers = zip(PARTS, (self.pooler, self.classifier), strict=True)
        return {
            f"{name}.{kind}": getattr(layer, kind).detach().numpy()
            for name, layer in layers
            for kind in ("weight", "bias")
        }


def retrain(assets: Path, rows: Sequence[Row], out: Path, *, seeds: Sequence[int]) -> Path:
    """Write assets that differ in the last layers only.

    Args:
        assets: folder as written by ``training.export``.
        rows: what to train on.
        out: made where missing.
        seeds: of the order of the rows; the mean of their weights is kept.

    Returns:
        The model file.
    """
    settings = read_config(assets)
    model = onnx.load(assets / settings["model"])
    kept = {each.name: each for each in model.graph.initializer if each.name.startswith(PARTS)}
    weights = {name: np.array(numpy_helper.to_array(each)) for name, each in kept.items()}
    found = torch.from_numpy(vectors(assets, model, rows))
    layers = [_trained(weights, found, rows, seed).stored() for seed in seeds]
    for name, each in kept.items():
        mean = np.mean([of_seed[name] for of_seed in layers], axis=0, dtype=np.float32)
        each.CopyFrom(numpy_helper.from_array(mean, name))
    if out != assets:
        shutil.copytree(assets, out, dirs_exist_ok=True)
    onnx.save(model, out / settings["model"])
    write_sums(out)
    return out / str(settings["model"])


def vectors(
    assets: Path, model: onnx.ModelProto, rows: Sequence[Row]
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """What the layers below give for each row: rows x width.

    Args:
        assets: the model's folder, for its tokenizer.
        model: the same model, loaded.
        rows: cut after 126 tokens, as in training.
    """
    engine = OnnxEngine(assets, threads=1)
    opened = onnx.ModelProto()
    opened.CopyFrom(model)
    opened.graph.output.append(
        helper.make_tensor_value_info(VECTOR, TensorProto.FLOAT, ["batch", "width"])
    )
    session = onnxruntime.InferenceSession(
        opened.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    tokens = [ids[:MOST_TOKENS] for ids in engine.tokenise([row.text for row in rows])]
    found: list[np.ndarray[Any, Any] | None] = [None] * len(rows)
    for turn, numbers in enumerate(_batches(tokens)):
        inputs = engine.inputs([tokens[number] for number in numbers])
        (batch,) = session.run([VECTOR], inputs)
        for number, vector in zip(numbers, batch, strict=True):
            found[number] = vector
        if turn % LOG_EVERY == 0:
            print(f"{turn} batches", flush=True)
    return np.stack([vector for vector in found if vector is not None])


def _batches(tokens: Sequence[TokenIds]) -> list[list[int]]:
    batches: list[list[int]] = []
    for number in sorted(range(len(tokens)), key=lambda each: len(tokens[each])):
        size = len(tokens[number]) + 2
        if not batches or size * (len(batches[-1]) + 1) > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(number)
    return batches


def _trained(
    weights: dict[str, np.ndarray[Any, Any]], found: torch.Tensor, rows: Sequence[Row], seed: int
) -> _LastLayers:
    torch.manual_seed(seed)
    layers = _LastLayers(weights)
    targets, weighed = _targets(rows)
    optimiser = torch.optim.Adam(layers.parameters(), lr=RATE)
    steps, step = EPOCHS * (len(rows) // BATCH or 1), 0
    for _ in range(EPOCHS):
        order = torch.randperm(len(rows))
        for numbers in order.split(BATCH)[: len(rows) // BATCH or 1]:
            for group in optimiser.param_groups:
                group["lr"] = RATE * (1 - step / steps)
            terms = torch.nn.functional.binary_cross_entropy_with_logits(
                layers(found[numbers]), targets[numbers], reduction="none"
            )
            loss = (terms * weighed[numbers]).sum() / weighed[numbers].sum().clamp(min=1.0)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            step += 1
    return layers


def _targets(rows: Sequence[Row]) -> tuple[torch.Tensor, torch.Tensor]:
    """Smoothed targets and the weight of each label's term; unknown ones weigh nothing."""
    known = torch.tensor([[value is not None for value in row.targets] for row in rows])
    values = torch.tensor([[value or 0.0 for value in row.targets] for row in rows])
    weights = torch.tensor([row.weights for row in rows]) * torch.tensor(LABEL_WEIGHTS)
    return values * (1 - 2 * SMOOTHING) + SMOOTHING, weights * known


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled files")
    parser.add_argument("--assets", type=Path, default=BUNDLED, help="the model to start from")
    parser.add_argument("--out", type=Path, required=True, help="folder for the new assets")
    parser.add_argument("--seed", type=int, default=7, help="of the rows")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="runs whose weights are averaged")
    options = parser.parse_args()
    rows = load_split(options.data, seed=options.seed).train
    unknown = set(read_config(options.assets)["labels"]) ^ set(LABELS)
    if unknown:
        raise SystemExit(f"the model's labels differ from the data's: {', '.join(sorted(unknown))}")
    model = retrain(options.assets, rows, options.out, seeds=range(options.seeds))
    print(f"{model}: {len(rows)} rows")


if __name__ == "__main__":
    main()
