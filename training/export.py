"""From a checkpoint to the files that the service loads.

``python -m training.export --checkpoint DIR --out DIR [--precision int8|fp32]``
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from moderation.scoring.assets import CONFIG, FORMAT, write_sums
from training.adapt import Adapted, adapted
from training.checkpoint import CALIBRATION
from training.matrices import IN_INT8
from training.onnx_graph import bert_graph
from training.outliers import centred, measured, spared_units

PRECISIONS = ("int8", "fp32")


def export(
    checkpoint: Path, out: Path, *, name: str, precision: str = "int8", emoji: str = "words",
    extra: Mapping[str, Any] | None = None,
) -> Path:  # fmt: skip
    """Write ONNX assets in the service's format.

    Args:
        checkpoint: folder as written by ``training.checkpoint``.
        out: made where missing; its ``SHA256SUMS`` is written anew.
        name: first part of the scorer's version.
        precision: ``int8`` or ``fp32``.
        emoji: ``words`` where the model was trained on the names of emoji, else ``as_is``.
        extra: further entries for the configuration, such as suggested thresholds.

    Returns:
        The model file.

    Raises:
        SystemExit: for an architecture that the graph does not know.
    """
    source = adapted(checkpoint)
    out.mkdir(parents=True, exist_ok=True)
    model = out / f"model.{precision}.onnx"
    tokenizer = _tokenizer(checkpoint)
    onnx.save(_graph(source, tokenizer, precision), model)
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    settings = _settings(name, model.name, source, tokenizer)
    settings |= {"emoji": emoji, "precision": precision, **(extra or {})}
    (out / CONFIG).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    write_sums(out)
    return model


def _graph(source: Adapted, tokenizer: Tokenizer, precision: str) -> onnx.ModelProto:
    weights, config = source.weights, source.config
    if precision == "fp32":
        return bert_graph(weights, config)
    ranges = measured(weights, config, tokenizer)
    even = centred(weights, config, ranges)
    return bert_graph(even, config, IN_INT8, spared_units(config, ranges))


def _settings(name: str, model: str, source: Adapted, tokenizer: Tokenizer) -> dict[str, Any]:
    start, end, pad = (tokenizer.token_to_id(mark) for mark in source.marks)
    return {
        "format": FORMAT,
        "name": name,
        "model": model,
        "labels": source.labels,
        "max_tokens": source.config["max_position_embeddings"],
        "start_id": start,
        "end_id": end,
        "pad_id": pad,
    }


def _tokenizer(checkpoint: Path) -> Tokenizer:
    """The tokenizer without limits of its own; the service cuts texts itself."""
    source = checkpoint / "tokenizer.json"
    if source.exists():
        tokenizer = Tokenizer.from_file(str(source))
    else:
        tokenizer = AutoTokenizer.from_pretrained(
            checkpoint, local_files_only=True
        ).backend_tokenizer
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="compact")
    parser.add_argument("--precision", choices=PRECISIONS, default="int8")
    parser.add_argument("--thresholds", type=json.loads, default={}, help="suggestions, as JSON")
    options = parser.parse_args()
    extra = {"thresholds": options.thresholds}
    calibration = options.checkpoint / CALIBRATION
    if calibration.exists():
        extra["calibration"] = json.loads(calibration.read_text(encoding="utf-8"))
    model = export(
        options.checkpoint,
        options.out,
        name=options.name,
        precision=options.precision,
        extra=extra,
    )
    print(f"{model}: {model.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
