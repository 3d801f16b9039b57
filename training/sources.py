"""The labelled files: reading, caps and weights per source, and the dev split.

Nothing of the data is kept in the repository; every run reads it from a folder.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

LABELS: tuple[str, ...] = ("toxicity", "obscene", "threat", "insult", "identity_attack")
"""What the files can support. severe_toxicity and sexual_explicit have 75 and 944
positives, most of them single words of a lexicon, so the model does not claim them."""

DEV_SHARE = 16
"""One row in this many goes to the dev split."""


@dataclass(frozen=True)
class Row:
    """One training example.

    Attributes:
        text: as found in the file.
        targets: a value in 0..1 per label of ``LABELS``; None where unknown.
        weights: weight of each label's term in the loss.
        source: short name of the file or generator it came from.
        key: what the dev split is drawn by; rows of one comment share it.
    """

    text: str
    targets: tuple[float | None, ...]
    weights: tuple[float, ...]
    source: str
    key: str

    def with_text(self, text: str) -> Row:
        """The same labels on another text."""
        return replace(self, text=text)

    def with_source(self, source: str) -> Row:
        """The same example counted under another name."""
        return replace(self, source=source)


@dataclass(frozen=True)
class Source:
    """How much of a file is used.

    Attributes:
        rows: most rows kept (drawn at random with the run's seed); 0 leaves it out.
        toxic_share: most of the kept rows that may be toxic, as a share; 1 for any.
        weight: weight of its rows in the loss.
        clean_is_clean: whether a low toxicity also means that every other label is
            absent (not so where "not sexist" or "not hateful" was all that was asked).
        unasked_is_civil: whether a post without a toxicity, which people found not to
            attack a group, may be taken for civil where its words do not speak against it.
    """

    rows: int
    toxic_share: float = 1.0
    weight: float = 1.0
    clean_is_clean: bool = True
    unasked_is_civil: bool = False


SOURCES: dict[str, Source] = {
    "civil_toxic_spans": Source(rows=20_000),
    "civil_toxic_spans_sentences": Source(rows=20_000),
    "jigsaw2018_multilabel_samples": Source(rows=1_000),
    "jigsaw2018_test_balanced": Source(rows=12_000),
    "wiki_context": Source(rows=15_000),
    "paradetox_pairs": Source(rows=20_000),
    "paradetox_cannot_rewrite": Source(rows=5_000),
    "davidson_tweets": Source(rows=6_000, toxic_share=0.55, weight=0.7),
    "edos_sexism": Source(rows=14_000, unasked_is_civil=True),
    "hatemoji_build": Source(rows=6_000),
    "stormfront_hate": Source(rows=7_000, unasked_is_civil=True),
    "convabuse": Source(rows=3_000),
    "toxigen_demonstrations": Source(rows=1_000),
    "identity_templates_en": Source(rows=2_500, toxic_share=0.5),
    "profanity_lexicon_en": Source(rows=1_600, weight=0.3, clean_is_clean=False),
    "mlma_tweets_en": Source(rows=0),
}
"""mlma is noisy (88 % toxic by one crowd vote) and only reported on, never trained on."""


def read_source(folder: Path, name: str) -> list[Row]:
    """Read one file whole, in its order.

    Args:
        folder: where the gzip CSV files lie.
        name: the file's name without ``.csv.gz``.
    """
    path = folder / f"{name}.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return [_row(record, name) for record in csv.DictReader(lines)]


def _row(record: dict[str, str], name: str) -> Row:
    weight = SOURCES[name].weight
    return Row(
        text=record["text"],
        targets=tuple(float(record[label]) if record[label] else None for label in LABELS),
        weights=(weight,) * len(LABELS),
        source=name,
        key=_key(record),
    )


def _key(record: dict[str, str]) -> str:
    """Comment id for the two civil files (they share comments), else the folded text."""
    _, mark, comment_id = record["source"].partition("#")
    return f"civil#{comment_id}" if mark else " ".join(record["text"].casefold().split())


def is_dev(row: Row) -> bool:
    """Whether a row belongs to the dev split; depends on its key alone."""
    digest = hashlib.sha256(row.key.encode("utf-8", "surrogatepass")).digest()
    return digest[0] % DEV_SHARE == 0


def capped(rows: Iterable[Row], source: Source, seed: int) -> list[Row]:
    """Draw at most ``source.rows`` rows, at most ``toxic_share`` of them toxic."""
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    room = int(source.rows * source.toxic_share)
    toxic = [row for row in shuffled if toxicity(row) >= 0.5][:room]
    return toxic + list(_up_to(shuffled, source.rows - len(toxic)))


def _up_to(rows: Iterable[Row], count: int) -> Iterator[Row]:
    for row in rows:
        if count <= 0:
            return
        if toxicity(row) < 0.5:
            count -= 1
            yield row


def toxicity(row: Row) -> float:
    """Toxicity of a row; 0 where it is unknown."""
    return row.targets[0] or 0.0
