"""What spelling tricks cost: ``python -m training.robustness --data DIR [--json FILE]``.

For each trick the share of toxic dev texts still held, read as written only and with the
second reading; and how many clean texts the second reading adds to those held.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from moderation.domain.confusables import CONFUSABLES
from moderation.domain.scores import NORMALISED
from moderation.scoring.assets import BUNDLED
from moderation.scoring.base import Scorer
from moderation.scoring.emoji_words import emoji_words
from moderation.scoring.engine import Piece
from moderation.scoring.onnx_scorer import OnnxEngine
from moderation.scoring.registry import load_scorer
from training.data import DEV_SEED, load_split
from training.evasions import WORD, carrying_words, leet, punctuated, stretched
from training.sources import Row, toxicity

TOXIC = 50
CLEAN = 2000
Trick = Callable[[str, random.Random], str]

_CYRILLIC = {latin: other for other, latin in CONFUSABLES.items() if "\u0400" < other < "\u04ff"}


def _swapped_for(table: dict[str, str]) -> Trick:
    return lambda word, _draw: "".join(table.get(letter, letter) for letter in word)


def _joined_by(sign: str) -> Trick:
    return lambda word, _draw: sign.join(word)


def _shifted(first: int) -> Trick:
    """Letters of another alphabet of Unicode that begins with its a at ``first``."""
    return lambda word, _draw: "".join(
        chr(first + ord(letter) - ord("a")) for letter in word.lower()
    )


TRICKS: dict[str, Trick] = {
    "leet": leet,
    "letters spaced": _joined_by(" "),
    "letters with full stops": _joined_by("."),
    "letters with hyphens": _joined_by("-"),
    "letters with stars": _joined_by("*"),
    "stretched": stretched,
    "sign inside": punctuated,
    "letter masked": lambda word, _draw: word[:1] + "*" + word[2:],
    "zero width spaces": _joined_by("\u200b"),
    "soft hyphens": _joined_by("\u00ad"),
    "bidirectional marks": _joined_by("\u200f"),
    "accents": lambda word, _draw: "".join(letter + "\u0336" for letter in word),
    "Cyrillic look-alikes": _swapped_for(_CYRILLIC),
    "full width": _shifted(0xFF41),
    "mathematical": _shifted(0x1D41A),
}


def disguised(text: str, trick: Trick, draw: random.Random) -> str:
    """The words that carry the abuse, disguised."""
    carrying = carrying_words(text)
    return WORD.sub(
        lambda found: trick(found[0], draw) if found[0].lower() in carrying else found[0], text
    )


def as_written(engine: OnnxEngine, texts: Sequence[str]) -> list[float]:
    """Toxicity by the first reading alone."""
    read = [emoji_words(text) for text in texts]
    pieces = [
        Piece(text, tokens[:510]) for text, tokens in zip(read, engine.tokenise(read), strict=True)
    ]
    return [row[0] for row in engine.probabilities(pieces)]


def report(
    scorer: Scorer, engine: OnnxEngine, rows: Sequence[Row], threshold: float
) -> dict[str, list[float]]:
    """Trick to share held as written, and with both readings."""
    texts = [
        row.text
        for row in rows
        if toxicity(row) >= 0.9 and carrying_words(row.text) and len(row.text) < 300
    ]
    plain = as_written(engine, texts)
    held = [text for text, value in zip(texts, plain, strict=True) if value >= threshold][:TOXIC]
    found = {}
    for name, trick in TRICKS.items():
        tricked = [disguised(text, trick, random.Random(1)) for text in held]
        both = [scores.values["toxicity"] for scores in scorer.score(tricked)]
        values = (as_written(engine, tricked), both)
        found[name] = [sum(value >= threshold for value in each) / len(held) for each in values]
    return found


def added_alarms(scorer: Scorer, rows: Sequence[Row], threshold: float) -> tuple[int, float, float]:
    """Clean texts, and the share of them held with both readings and only by the second."""
    texts = [row.text for row in rows if row.targets[0] is not None and toxicity(row) < 0.2][:CLEAN]
    scores = scorer.score(texts)
    held = [found for found in scores if found.values["toxicity"] >= threshold]
    second = sum(found.readings["toxicity"] == NORMALISED for found in held)
    return len(texts), len(held) / len(texts), second / len(texts)


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = load_split(options.data, seed=DEV_SEED).dev
    random.Random(1).shuffle(rows)
    scorer = load_scorer("compact", instance=Path("instance"))
    found = report(scorer, OnnxEngine(BUNDLED), rows, options.threshold)
    means = [sum(values[at] for values in found.values()) / len(found) for at in (0, 1)]
    texts, held, second = added_alarms(scorer, rows, options.threshold)
    result = {
        "tricks": found,
        "mean": means,
        "clean": {"n": texts, "held": held, "at_most_added": second},
    }
    print(json.dumps(result, indent=1))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
