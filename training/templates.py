"""Hand-written lines for what the files lack: counter-speech, negation, harmless idioms,
neutral mentions of groups, reclaimed words, and civil opinions about the news.

Written for this project; no line is taken from a published test suite. Everything is
put together from the lists below with the run's seed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from string import Formatter

from training.phrases import FAMILIES, FILLERS, NEWS_PARTS
from training.sources import LABELS, Row

LINES_A_PATTERN = 18
MORE_LINES = {"threat": 60, "hate_threat": 40}
"""Families of labels that the files have few positives for."""

NEWS_COMMENTS = 1600


def template_rows(seed: int) -> list[Row]:
    """All generated lines, without doubles.

    Args:
        seed: of the random choices.
    """
    draw = random.Random(seed)
    made: dict[str, Row] = {}
    for family, (targets, patterns) in FAMILIES.items():
        for pattern in patterns:
            lines = MORE_LINES.get(family, LINES_A_PATTERN)
            for _ in range(lines if "{" in pattern else 1):
                text = _varied(_filled(pattern, draw), draw)
                made.setdefault(text.lower(), _row(text, targets, f"template_{family}"))
    for _ in range(NEWS_COMMENTS):
        text = _news_comment(draw)
        made.setdefault(text.lower(), _row(text, (0.0,) * len(LABELS), "template_news"))
    return list(made.values())


def _row(text: str, targets: Sequence[float | None], source: str) -> Row:
    return Row(text, tuple(targets), (1.0,) * len(LABELS), source, text)


def _filled(pattern: str, draw: random.Random) -> str:
    names = [name for _, name, _, _ in Formatter().parse(pattern) if name]
    text = pattern.format(
        **{name: draw.choice(FILLERS[name.rstrip("0123456789")]) for name in names}
    )
    return text[0].upper() + text[1:]


def _varied(text: str, draw: random.Random) -> str:
    """Sometimes without the final stop, in lower case, or with more stops."""
    style = draw.random()
    if style < 0.2:
        return text.rstrip(".").lower()
    if style < 0.3:
        return text.rstrip(".") + draw.choice(("!", "!!", "...", " :)", ""))
    return text


def _news_comment(draw: random.Random) -> str:
    """One to five sentences of civil but opinionated comment."""
    count = draw.choice((1, 2, 2, 3, 3, 4, 5))
    return " ".join(_filled(pattern, draw) for pattern in draw.sample(NEWS_PARTS, count))
