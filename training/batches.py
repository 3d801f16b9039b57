"""Token ids and length-bucketed batches."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer

from training.sources import Row

SHORT = 144
LONG = 384
LONG_SHARE = 0.06
"""Rows longer than SHORT tokens are cut there, except a few that are read up to LONG."""

POOL = 50
"""Batches sorted by length together."""

Encoded = tuple[list[int], Row]


def encode(rows: Sequence[Row], tokenizer_file: Path, *, seed: int) -> list[Encoded]:
    """Turn texts into token ids, cut as described above.

    Args:
        rows: examples.
        tokenizer_file: ``tokenizer.json``.
        seed: decides which long rows stay long.
    """
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONG)
    draw = random.Random(seed)
    encoded = []
    for row, found in zip(rows, tokenizer.encode_batch([row.text for row in rows]), strict=True):
        most = LONG if draw.random() < LONG_SHARE else SHORT
        encoded.append((_cut(found.ids, most), row))
    return encoded


def _cut(ids: list[int], most: int) -> list[int]:
    return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]


def bucketed(encoded: Sequence[Encoded], size: int, draw: random.Random) -> Iterator[list[Encoded]]:
    """One pass over all rows in random order, batches of similar length.

    Args:
        encoded: the rows.
        size: rows in a batch.
        draw: random numbers.
    """
    order = list(encoded)
    draw.shuffle(order)
    for start in range(0, len(order), size * POOL):
        pool = sorted(order[start : start + size * POOL], key=lambda item: len(item[0]))
        batches = [pool[at : at + size] for at in range(0, len(pool), size)]
        draw.shuffle(batches)
        yield from batches


def tensors(
    batch: Sequence[Encoded],
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Padded ids, attention mask, targets and weights (0 where the target is unknown)."""
    longest = max(len(ids) for ids, _ in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    mask = torch.zeros(len(batch), longest, dtype=torch.long)
    for number, (tokens, _) in enumerate(batch):
        ids[number, : len(tokens)] = torch.tensor(tokens)
        mask[number, : len(tokens)] = 1
    targets = torch.tensor(
        [[value if value is not None else 0.0 for value in row.targets] for _, row in batch]
    )
    weights = torch.tensor([_weights(row) for _, row in batch])
    return ids, mask, targets, weights


def _weights(row: Row) -> list[float]:
    return [
        weight * (value is not None) for weight, value in zip(row.weights, row.targets, strict=True)
    ]
