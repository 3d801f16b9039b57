"""Labels that follow from others, for rows whose files do not have them.

Two rules: a text that people found clean has no insult, threat, obscenity or identity
attack in it; and a text with unmistakable profanity or a plain term of abuse is obscene
or insulting. Both count less in the loss than what people said.
"""

from __future__ import annotations

import re
from dataclasses import replace

from training.sources import LABELS, SOURCES, Row, Source

IMPLIED_WEIGHT = 0.5
CLEAN_BELOW = 0.2
PROFANE = re.compile(
    r"\b(?:\w*fuck\w*|bull?shit\w*|shit\w*|cunts?|cock|cocks|cocksuck\w*|dicks?|dickhead\w*|puss(?:y|ies)"
    r"|assholes?|arseholes?|bitch\w*|whores?|sluts?|cum|bastards?|twats?|wank\w*|tits?|titties"
    r"|blowjobs?|jizz|motherf\w*|dumbass\w*|jackass\w*|\w*fag+ots?|hoes?)\b",
    re.IGNORECASE,
)
ABUSIVE = re.compile(
    r"\b(?:idiot\w*|morons?|moronic|imbeciles?|stupid\w*|dumb\w*|losers?|scum\w*|pathetic|retard\w*"
    r"|assholes?|arseholes?|bitch\w*|cunts?|pricks?|dickheads?|dipshits?|clowns?|fools?|trash"
    r"|bastards?|twats?|wankers?|jackass\w*|dumbass\w*|ignoram\w+|imbecil\w*|cretins?|douche\w*)\b",
    re.IGNORECASE,
)


def completed(row: Row) -> Row:
    """Fill in what the rules imply; known values stay as they are."""
    source = SOURCES.get(row.source, Source(rows=0))
    targets, weights = list(row.targets), list(row.weights)
    for position, label in enumerate(LABELS):
        if targets[position] is not None:
            continue
        implied = _implied(label, row, source)
        if implied is not None:
            targets[position] = implied
            weights[position] *= IMPLIED_WEIGHT
    return replace(row, targets=tuple(targets), weights=tuple(weights))


def _implied(label: str, row: Row, source: Source) -> float | None:
    toxicity = row.targets[0]
    if toxicity is None:
        return None
    if label == "obscene":
        return _obscene(row.text, toxicity)
    if source.clean_is_clean and toxicity < CLEAN_BELOW:
        return 0.0
    if label == "insult" and toxicity >= 0.5 and ABUSIVE.search(row.text):
        return 0.8
    return None


def _obscene(text: str, toxicity: float) -> float | None:
    if PROFANE.search(text):
        return 0.85 if toxicity >= 0.5 else None
    return 0.05
