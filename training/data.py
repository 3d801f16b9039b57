"""The training and dev rows of one run, put together from all sources."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from moderation.scoring.emoji_words import emoji_words
from training.evasions import CLEAN_SHARE, TOXIC_SHARE, disguise
from training.joined import hidden_rows, joined_rows
from training.sources import SOURCES, Row, capped, is_dev, read_source, toxicity
from training.templates import template_rows
from training.weak_labels import completed

JOINED = 7_000
"""Texts joined across comments."""

HIDDEN = 3_000
"""Texts that hide written abuse among harmless sentences."""

DEV_DIVISOR = 10
"""Joined dev texts are a tenth as many as joined training texts."""

DEV_SEED = 8
"""The dev rows are the same whatever the seed of a training run."""

SENTENCES = "civil_toxic_spans_sentences"
CIVIL = ("civil_toxic_spans", SENTENCES)
"""Left out together: the sentences are parts of the comments."""


@dataclass(frozen=True)
class Split:
    """The rows of one run.

    Attributes:
        train: shuffled, completed with weak labels, some disguised.
        dev: as in the files (emoji as words), every source, known labels only.
    """

    train: list[Row]
    dev: list[Row]


def load_split(folder: Path, *, seed: int, leave_out: Iterable[str] = ()) -> Split:
    """Read, cap, split and augment.

    Args:
        folder: the data's folder.
        seed: of every random choice; the same seed gives the same rows.
        leave_out: sources that only the dev split may see.
    """
    left_out = with_relatives(leave_out)
    train: list[Row] = []
    dev: list[Row] = []
    for name in SOURCES:
        rows = read_source(folder, name)
        dev += rows if name in left_out else [row for row in rows if is_dev(row)]
        if name not in left_out:
            train += capped((row for row in rows if not is_dev(row)), SOURCES[name], seed)
    train += _joined(train, seed, JOINED)
    dev += _joined(dev, DEV_SEED, JOINED // DEV_DIVISOR)
    written = template_rows(seed)
    train += written + hidden_rows(written, seed, HIDDEN)
    return Split(_finished(train, seed), [_readable(row) for row in dev])


def with_relatives(leave_out: Iterable[str]) -> set[str]:
    """The sources to leave out, with those made of the same comments.

    Raises:
        SystemExit: for a name that is no source.
    """
    names = set(leave_out)
    unknown = names - set(SOURCES)
    if unknown:
        raise SystemExit(
            f"unknown source: {', '.join(sorted(unknown))}; known: {', '.join(SOURCES)}"
        )
    return names | set(CIVIL) if names & set(CIVIL) else names


def _joined(rows: list[Row], seed: int, size: int) -> list[Row]:
    civil = [row for row in rows if row.source == SENTENCES]
    wiki = [row for row in rows if row.source == "wiki_context"]
    return joined_rows(civil, wiki, seed, size) if civil else []


def _finished(rows: list[Row], seed: int) -> list[Row]:
    draw = random.Random(seed)
    finished = [_disguised(completed(_readable(row)), draw) for row in rows]
    draw.shuffle(finished)
    return finished


def _readable(row: Row) -> Row:
    return row.with_text(emoji_words(row.text))


def _disguised(row: Row, draw: random.Random) -> Row:
    share = TOXIC_SHARE if toxicity(row) >= 0.5 else CLEAN_SHARE
    return row.with_text(disguise(row.text, draw)) if draw.random() < share else row
