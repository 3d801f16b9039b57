"""A model in ONNX, run by onnxruntime: no PyTorch in the process that serves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tokenizers import Tokenizer

from moderation.domain.scores import LABELS
from moderation.errors import ScoringUnavailable
from moderation.scoring.assets import read_config, verify_sums
from moderation.scoring.engine import Piece, Span, TokenIds, available_cores
from moderation.scoring.pipeline import PipelineScorer

if TYPE_CHECKING:
    import onnxruntime

BATCH_TOKENS = 512
"""Tokens in a batch, padding included. Larger batches fall out of the cache."""


class OnnxEngine:
    """Raw probabilities from assets that are already verified.

    Args:
        folder: with ``config.json``, the tokenizer and the model file named there.
        threads: for the matrix products; the cores at hand by default.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        config = read_config(folder)
        model = folder / config["model"]
        self.labels: tuple[str, ...] = tuple(config["labels"])
        self.emoji_as_words: bool = config["emoji"] == "words"
        self.version = f"{config['name']}-{_short_digest(model)}"
        self._start, self._end, self._pad = config["start_id"], config["end_id"], config["pad_id"]
        self.max_tokens = int(config["max_tokens"]) - 2
        self._tokenizer = _tokenizer(folder)
        self._session = _session(model, threads or available_cores())

    def tokenise(self, texts: Sequence[str]) -> list[TokenIds]:
        """See :class:`moderation.scoring.engine.Engine`."""
        found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [tuple(encoding.ids) for encoding in found]

    def spans(self, text: str) -> list[Span]:
        """See :class:`moderation.scoring.engine.Engine`."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).offsets)

    def probabilities(self, pieces: Sequence[Piece]) -> list[list[float]]:
        """See :class:`moderation.scoring.engine.Engine`."""
        result: list[list[float]] = [[] for _ in pieces]
        for numbers in _batches([len(piece.tokens) + 2 for piece in pieces]):
            logits = self._logits([pieces[number].tokens for number in numbers])
            for number, row in zip(numbers, _sigmoid(logits).tolist(), strict=True):
                result[number] = row
        return result

    def _logits(self, rows: Sequence[TokenIds]) -> np.ndarray[Any, Any]:
        longest = max(map(len, rows)) + 2
        ids = np.full((len(rows), longest), self._pad, dtype=np.int64)
        mask = np.zeros((len(rows), longest), dtype=np.int64)
        for number, tokens in enumerate(rows):
            length = len(tokens) + 2
            ids[number, :length] = (self._start, *tokens, self._end)
            mask[number, :length] = 1
        (logits,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return np.asarray(logits, dtype=np.float64)


def load_onnx(name: str, folder: Path, *, threads: int | None = None) -> PipelineScorer:
    """Load ONNX assets after checking every file against its checksum.

    Args:
        name: what an admin configured.
        folder: of the assets.
        threads: for the matrix products.

    Raises:
        ScoringUnavailable: where a file is missing, damaged or not usable.
    """
    verify_sums(folder)
    engine = OnnxEngine(folder, threads=threads)
    unknown = set(engine.labels) - set(LABELS)
    if unknown or not engine.labels:
        raise ScoringUnavailable(
            f"The model has labels that are not known: {', '.join(sorted(unknown)) or 'none'}."
        )
    return PipelineScorer(name, engine)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of pieces of similar length, at most BATCH_TOKENS tokens together."""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[number] * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _sigmoid(logits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)))


def _tokenizer(folder: Path) -> Any:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    # Not at the top: it starts threads, which do not survive a server's fork.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting in a loop would take the cores away from the threads that serve requests.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _short_digest(model: Path) -> str:
    return hashlib.sha256(model.read_bytes()).hexdigest()[:12]
