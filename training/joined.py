"""Whole comments in news style, made from single sentences.

The files have no clean news comments, only clean sentences out of toxic ones. Without
these joined texts a model learns that every long, opinionated comment is toxic. The
reverse is made too: one toxic sentence among clean ones stays toxic.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from training.sources import LABELS, Row, toxicity

SAME_COMMENT = "joined_same_comment"
ACROSS = "joined_clean"
WITH_TOXIC = "joined_toxic"
HIDDEN = "template_hidden"
WINDOW_WORDS = 45
"""About as many words as the service reads at once of a long text."""

JOINED_CLEAN = (SAME_COMMENT, ACROSS)
JOINED_SOURCES = (*JOINED_CLEAN, WITH_TOXIC)

CLEAN = (0.0,) * len(LABELS)
TOXIC_ONLY: tuple[float | None, ...] = (1.0, *(None,) * (len(LABELS) - 1))
CLEAN_BELOW = 0.05


def joined_rows(civil: Sequence[Row], wiki: Sequence[Row], seed: int, size: int) -> list[Row]:
    """Make joined texts from sentences of one split.

    Args:
        civil: sentences of news comments, clean and toxic.
        wiki: clean comments of another style, joined in now and then.
        seed: of the random numbers.
        size: number of clean texts that are joined across comments; as many again come
            from within comments where there are enough, and half as many toxic ones.
    """
    draw = random.Random(seed)
    clean = [row for row in civil if toxicity(row) < CLEAN_BELOW]
    toxic = [row for row in civil if toxicity(row) >= 0.99]
    if not clean or not toxic:
        return []
    other = [row for row in wiki if toxicity(row) < CLEAN_BELOW and len(row.text) < 200]
    return [
        *_same_comment(clean, draw),
        *(_across(clean, other, draw) for _ in range(size)),
        *(_with_toxic(clean, toxic, draw) for _ in range(size // 2)),
    ]


def hidden_rows(written: Sequence[Row], seed: int, size: int) -> list[Row]:
    """Written abuse among harmless sentences, as a window of a long text shows it.

    Args:
        written: lines as made by ``templates.template_rows``.
        seed: of the random numbers.
        size: how many texts.
    """
    draw = random.Random(seed)
    harmless = [row for row in written if row.source == "template_news"]
    abuse = [row for row in written if toxicity(row) >= 0.9]
    return [_hidden(draw.choice(abuse), harmless, draw) for _ in range(size)]


def _hidden(abuse: Row, harmless: Sequence[Row], draw: random.Random) -> Row:
    same = draw.choice(harmless)
    repeated = draw.random() < 0.3
    room = draw.randrange(5, WINDOW_WORDS) - len(abuse.text.split())
    around: list[Row] = []
    while room > 0:
        around.append(same if repeated else draw.choice(harmless))
        room -= len(around[-1].text.split())
    around.insert(draw.randrange(len(around) + 1), abuse)
    return _join(around, HIDDEN, abuse.targets)


def _same_comment(clean: Sequence[Row], draw: random.Random) -> list[Row]:
    comments: dict[str, list[Row]] = defaultdict(list)
    for row in clean:
        comments[row.key].append(row)
    made = []
    for sentences in comments.values():
        if len(sentences) > 1:
            made.append(_join(sentences, SAME_COMMENT, CLEAN))
        if len(sentences) > 3:
            start = draw.randrange(len(sentences) - 2)
            made.append(_join(sentences[start : start + 3], SAME_COMMENT, CLEAN))
    return made


def _across(clean: Sequence[Row], other: Sequence[Row], draw: random.Random) -> Row:
    parts = draw.sample(clean, min(len(clean), draw.choice((2, 2, 3, 3, 4, 5))))
    if other and draw.random() < 0.15:
        parts[draw.randrange(len(parts))] = draw.choice(other)
    return _join(parts, ACROSS, CLEAN)


def _with_toxic(clean: Sequence[Row], toxic: Sequence[Row], draw: random.Random) -> Row:
    parts = draw.sample(clean, min(len(clean), draw.choice((1, 2, 3, 4, 6))))
    parts.insert(draw.randrange(len(parts) + 1), draw.choice(toxic))
    return _join(parts, WITH_TOXIC, TOXIC_ONLY)


def _join(parts: Sequence[Row], source: str, targets: tuple[float | None, ...]) -> Row:
    text = " ".join(_ended(row.text.strip()) for row in parts)
    return Row(text, targets, (1.0,) * len(LABELS), source, text)


def _ended(sentence: str) -> str:
    return sentence if sentence[-1:] in ".!?…\"')" else sentence + "."
