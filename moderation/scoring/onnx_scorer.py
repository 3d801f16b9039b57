"""A model in ONNX, run by onnxruntime: no PyTorch in the process that serves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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

BATCH_TOKENS = 256
"""Tokens in a batch of short texts, padding included: larger batches fall out of the cache
and hold more padding."""

SHORT_TOKENS, LONG_BATCH_TOKENS = 56, 384
"""Longer texts than the first go in batches of up to the second: a few at once, or each would
pay by itself for what a batch costs."""

LEAST_BATCH_TOKENS = 128
"""Work is not shared out among threads in smaller portions than this."""


class OnnxEngine:
    """Raw probabilities from assets that are already verified.

    Args:
        folder: with ``config.json``, the tokenizer and the model file named there.
        threads: batches run at once, each on a thread of its own: products of this size
            are too small to share. The cores at hand by default.
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
        self._threads = threads or available_cores()
        self._session = _session(model)

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
        batches = list(_batches([len(piece.tokens) + 2 for piece in pieces], self._threads))
        inputs = [[pieces[number].tokens for number in numbers] for numbers in batches]
        for numbers, logits in zip(batches, self._run(inputs), strict=True):
            for number, row in zip(numbers, _sigmoid(logits).tolist(), strict=True):
                result[number] = row
        return result

    def _run(self, batches: Sequence[Sequence[TokenIds]]) -> list[np.ndarray[Any, Any]]:
        if len(batches) == 1 or self._threads == 1:
            return [self.forward(batch) for batch in batches]
        # Threads of this call only: none is left behind to be missed after a fork.
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self.forward, batches))

    def forward(self, rows: Sequence[TokenIds]) -> np.ndarray[Any, Any]:
        """Run one batch through the model.

        Args:
            rows: token ids without the model's own marks; shorter ones are padded.

        Returns:
            Logits, rows x labels.
        """
        (logits,) = self._session.run(None, self.inputs(rows))
        return np.asarray(logits, dtype=np.float64)

    def inputs(self, rows: Sequence[TokenIds]) -> dict[str, np.ndarray[Any, Any]]:
        """What one batch is for the graph: ids with the model's own marks, and a mask.

        Args:
            rows: as for :meth:`forward`.
        """
        longest = max(map(len, rows)) + 2
        ids = np.full((len(rows), longest), self._pad, dtype=np.int64)
        mask = np.zeros((len(rows), longest), dtype=np.int64)
        for number, tokens in enumerate(rows):
            length = len(tokens) + 2
            ids[number, :length] = (self._start, *tokens, self._end)
            mask[number, :length] = 1
        return {"input_ids": ids, "attention_mask": mask}


def load_onnx(name: str, folder: Path, *, threads: int | None = None) -> PipelineScorer:
    """Load ONNX assets after checking every file against its checksum.

    Args:
        name: what an admin configured.
        folder: of the assets.
        threads: batches run at once; the cores at hand by default.

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


def _batches(lengths: Sequence[int], threads: int) -> Iterator[list[int]]:
    """Numbers of pieces of similar length, the costly batches first.

    A batch has at most BATCH_TOKENS tokens, of long pieces LONG_BATCH_TOKENS, or a single
    piece; where that would leave threads without work, less.
    """
    share = max(LEAST_BATCH_TOKENS, -(-sum(lengths) // threads))
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if batch:
            longest = lengths[batch[0]]
            most = BATCH_TOKENS if longest <= SHORT_TOKENS else LONG_BATCH_TOKENS
            if longest * (len(batch) + 1) > min(most, share):
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


def _session(model: Path) -> onnxruntime.InferenceSession:
    # Not at the top: a server imports this module before it forks.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _short_digest(model: Path) -> str:
    return hashlib.sha256(model.read_bytes()).hexdigest()[:12]
