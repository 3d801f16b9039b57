"""The comments that the benchmarks score.

Without labelled data they are put together from sentences written for this project, with
a fixed seed, to lengths drawn as real comments have them (log-normal). With a data folder
they are drawn from its files.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.templates import template_rows

SEED = 11


@dataclass(frozen=True)
class Kind:
    """One length of comment.

    Attributes:
        count: comments that are timed.
        words: of a generated comment, in the mean.
        files: where a data folder has such comments, with the share drawn from each.
    """

    count: int
    words: float
    files: dict[str, float]


KINDS: dict[str, Kind] = {
    "news": Kind(128, 21.2, {"civil_toxic_spans": 0.28, "civil_toxic_spans_sentences": 0.72}),
    "short": Kind(96, 7.0, {"convabuse": 1.0}),
    "long": Kind(24, 130.0, {"jigsaw2018_test_balanced": 1.0}),
}
"""``news`` has 28 tokens in the mean, the model's two marks included."""

_SPREAD = 0.7
"""Standard deviation of the logarithm of the number of words."""

_TOXIC = ("template_insult", "template_threat", "template_hate")
_CIVIL = ("template_news",)
_TOXIC_SHARE = 0.3


@dataclass(frozen=True)
class Comment:
    """A text, and whether people called it toxic (or it was written to be)."""

    text: str
    toxic: bool


def comments(kind: str, count: int, data: Path | None = None) -> list[Comment]:
    """Comments of one kind, the same at every call.

    Args:
        kind: a key of ``KINDS``.
        count: how many.
        data: a folder of labelled files; None writes them.

    Raises:
        SystemExit: the folder lacks a file.
    """
    draw = random.Random(f"{SEED}:{kind}")
    if data is None:
        return list(itertools.islice(_written(KINDS[kind].words, draw), count))
    found = []
    for name, share in KINDS[kind].files.items():
        rows = _read(data / f"{name}.csv.gz")
        found += draw.sample(rows, min(len(rows), round(share * count)))
    draw.shuffle(found)
    return found


def _written(words: float, draw: random.Random) -> Iterator[Comment]:
    rows = template_rows(SEED)
    toxic = [row.text for row in rows if row.source in _TOXIC]
    civil = [row.text for row in rows if row.source in _CIVIL]
    centre = math.log(words) - _SPREAD**2 / 2
    while True:
        length = max(2, round(draw.lognormvariate(centre, _SPREAD)))
        is_toxic = draw.random() < _TOXIC_SHARE
        sentences = [draw.choice(toxic)] if is_toxic else []
        while sum(len(each.split()) for each in sentences) < length:
            sentences.insert(draw.randrange(len(sentences) + 1), draw.choice(civil))
        yield Comment(_cut(sentences, length, keep=toxic), is_toxic)


def _cut(sentences: list[str], length: int, *, keep: list[str]) -> str:
    """Words off the end of civil sentences until the length is met."""
    for at in reversed(range(len(sentences))):
        over = sum(len(each.split()) for each in sentences) - length
        if over > 0 and sentences[at] not in keep:
            words = sentences[at].split()
            sentences[at] = " ".join(words[: max(0, len(words) - over)])
    return " ".join(filter(None, sentences))


def _read(path: Path) -> list[Comment]:
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except OSError as error:
        raise SystemExit(f"{path} cannot be read: {error}") from None
    return [
        Comment(row["text"], float(row["toxicity"]) >= 0.5)
        for row in rows
        if row["toxicity"] and row["text"].strip()
    ]
