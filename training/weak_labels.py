"""Labels that follow from others, for rows whose files do not have them.

Two rules: a text that people found clean has no insult, threat, obscenity or identity
attack in it; and a toxic text with unmistakable profanity, a plain term of abuse or an
announcement of violence is obscene, insulting or threatening. Both count less in the
loss than what people said.
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

VIOLENT = re.compile(
    r"\b(?:kill\w*|shot|shoot\w*|stab\w*|hang|hanged|hung|beat\w*|burn\w*|die|dies|dead|death|murder\w*|rape\w*"
    r"|slaughter\w*|execut\w*|lynch\w*|gas|gassed|strangl\w*|behead\w*|punch\w*|slap\w*|smash\w*|choke\w*"
    r"|bullets?|hurt\w*|knife|guns?|bomb\w*|nuke\w*|drown\w*|slit|break|hunt|exterminat\w*)\b",
    re.IGNORECASE,
)
_INTENT = (
    r"\b(?:i(?:'ll| will|'m going to|m gonna|'m gonna| am going to| gonna| wanna| want to| swear)|we(?:'ll| will| need to| should)"
    r"|(?:some(?:one|body)|they|you) (?:should|ought to|needs? to|deserves? to)|(?:should|needs? to|must|ought to|deserves? to) be"
    r"|deserves? to|i hope (?:you|he|she|they)|let's|lets|gonna|watch your|or i(?:'ll| will))\b"
)
THREATENING = re.compile(_INTENT + r"[^.!?\n]{0,30}?" + VIOLENT.pattern, re.IGNORECASE)


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
    if label == "threat" and toxicity >= 0.5:
        return _threat(row.text)
    return None


def _obscene(text: str, toxicity: float) -> float | None:
    if PROFANE.search(text):
        return 0.85 if toxicity >= 0.5 else None
    return 0.05


def _threat(text: str) -> float | None:
    if THREATENING.search(text):
        return 0.8
    return None if VIOLENT.search(text) else 0.02
