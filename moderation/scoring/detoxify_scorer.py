"""The detoxify package itself, with any of its models or a checkpoint in its format.

Never touches the network: what is not on this machine is reported as missing. PyTorch
and transformers are imported when the first such model is loaded, not before.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moderation.domain.scores import LABELS
from moderation.errors import ScoringUnavailable
from moderation.scoring.engine import Piece, Span, TokenIds, available_cores
from moderation.scoring.pipeline import PipelineScorer

DETOXIFY_NAMES = {
    "toxic": "toxicity",
    "severe_toxic": "severe_toxicity",
    "identity_hate": "identity_attack",
}
"""Labels that the older checkpoints carry under other names; the package does the same."""

BATCH = 32
_POSITIONS_BEFORE_FIRST = {"roberta": 2, "xlm-roberta": 2}
_DIGEST_IN_NAME = re.compile(r"-([0-9a-f]{8})\.ckpt$")
_OLD_KEY = re.compile(r"position_ids$")


class DetoxifyEngine:
    """Raw probabilities from a loaded ``detoxify.Detoxify``.

    Args:
        model: the package's own object; only its public ``predict`` scores.
        version: identifies the weights.
    """

    emoji_as_words = False

    def __init__(self, model: Any, *, version: str) -> None:
        self.version = version
        self._model = model
        config = model.model.config
        positions = config.max_position_embeddings - _POSITIONS_BEFORE_FIRST.get(
            config.model_type, 0
        )
        # The package's tokenizer files may not say it, and then long text is not cut and crashes.
        model.tokenizer.model_max_length = positions
        self.max_tokens = positions - model.tokenizer.num_special_tokens_to_add()
        self._columns = [name for name in model.class_names if name in LABELS]
        self.labels: tuple[str, ...] = tuple(self._columns)

    def tokenise(self, texts: Sequence[str]) -> list[TokenIds]:
        """See :class:`moderation.scoring.engine.Engine`."""
        found = self._model.tokenizer(
            list(texts), add_special_tokens=False, truncation=False, verbose=False
        )
        return [tuple(ids) for ids in found["input_ids"]]

    def spans(self, text: str) -> list[Span]:
        """See :class:`moderation.scoring.engine.Engine`."""
        found = self._model.tokenizer(
            text,
            add_special_tokens=False,
            truncation=False,
            return_offsets_mapping=True,
            verbose=False,
        )
        return [tuple(span) for span in found["offset_mapping"]]

    def probabilities(self, pieces: Sequence[Piece]) -> list[list[float]]:
        """See :class:`moderation.scoring.engine.Engine`."""
        result: list[list[float]] = [[] for _ in pieces]
        order = sorted(range(len(pieces)), key=lambda number: len(pieces[number].tokens))
        for start in range(0, len(order), BATCH):
            numbers = order[start : start + BATCH]
            found = self._model.predict([pieces[number].text for number in numbers])
            columns = [_as_list(found[label]) for label in self._columns]
            for number, row in zip(numbers, zip(*columns, strict=True), strict=True):
                result[number] = list(row)
        return result


def load_detoxify(name: str, folder: Path, *, threads: int | None = None) -> PipelineScorer:
    """Load a checkpoint in Detoxify's format from a folder.

    Args:
        name: what an admin configured.
        folder: with one ``.ckpt`` file, ``config.json`` and the tokenizer's files.
        threads: PyTorch's, process-wide; the cores at hand by default.

    Raises:
        ScoringUnavailable: where something is missing or is not such a checkpoint.
    """
    checkpoint = only_checkpoint(folder)
    _check_beside(checkpoint)
    version = f"detoxify-{_checked_digest(checkpoint)[:12]}"
    os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when transformers is first imported
    import torch

    torch.set_num_threads(threads or available_cores())
    model = _loaded(safely_read(checkpoint), folder)
    engine = DetoxifyEngine(model, version=version)
    if not engine.labels:
        raise ScoringUnavailable(f"{checkpoint.name} has none of Detoxify's labels.")
    return PipelineScorer(name, engine)


def only_checkpoint(folder: Path) -> Path:
    """The folder's one ``.ckpt`` file.

    Raises:
        ScoringUnavailable: there is none, or more than one.
    """
    found = sorted(folder.glob("*.ckpt"))
    if len(found) != 1:
        raise ScoringUnavailable(
            f"Expected one .ckpt file in the folder of the model, found {len(found)}."
        )
    return found[0]


def _check_beside(checkpoint: Path) -> None:
    for name in ("config.json", "tokenizer_config.json"):
        if not (checkpoint.parent / name).is_file():
            raise ScoringUnavailable(f"The model file {name} is missing beside {checkpoint.name}.")


def _checked_digest(checkpoint: Path) -> str:
    """The file's sha256, compared with the eight digits that published names carry."""
    with checkpoint.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    stated = _DIGEST_IN_NAME.search(checkpoint.name)
    if stated and not digest.startswith(stated.group(1)):
        raise ScoringUnavailable(
            f"The model file {checkpoint.name} is damaged: its checksum differs."
        )
    return digest


def safely_read(checkpoint: Path) -> dict[str, Any]:
    """Read weights without running code that a pickle may carry.

    Raises:
        ScoringUnavailable: where it is not a checkpoint in Detoxify's format.
    """
    import torch

    try:
        content = torch.load(checkpoint, map_location="cpu", weights_only=True)
        (
            content["config"]["arch"]["args"],
            content["config"]["dataset"]["args"]["classes"],
            content["state_dict"],
        )
    except Exception as error:  # whatever an untrusted file provokes
        raise ScoringUnavailable(
            f"The model file {checkpoint.name} is not a readable Detoxify checkpoint."
        ) from error
    return dict(content)


def _loaded(content: dict[str, Any], folder: Path) -> Any:
    """Hand a cleaned copy of the weights to the package, everything local.

    The package itself unpickles whatever it is given, so it only ever gets a file that
    was written here. It would ask the hub for the configuration that ``model_type``
    names; a folder makes it stay at home.
    """
    import torch
    from detoxify import Detoxify

    content["config"]["arch"]["args"]["model_type"] = str(folder)
    content["state_dict"] = {
        key: value for key, value in content["state_dict"].items() if not _OLD_KEY.search(key)
    }
    with tempfile.TemporaryDirectory(prefix="scorer-") as scratch:
        copy = Path(scratch) / "model.ckpt"
        torch.save(content, copy)
        return Detoxify(checkpoint=str(copy), huggingface_config_path=str(folder))


def _as_list(value: Any) -> list[float]:
    """The package answers a batch of one with a bare number."""
    return list(value) if isinstance(value, list) else [value]
