"""Labels that follow from others, for rows whose files do not have them.

Three rules: a text that people found clean has no insult, threat, obscenity or identity
attack in it; a toxic text with unmistakable profanity, a plain term of abuse or an
announcement of violence is obscene, insulting or threatening; and a post of which people
were only asked whether it attacks a group, and that they said does not, is civil where it
has no profanity, term of abuse, slur or word of violence. All count less in the loss than
what people said.
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
SLUR = re.compile(
    r"\b(?:n[i1]gg\w*|kikes?|spics?|chinks?|gooks?|pakis?|wetbacks?|beaners?|tranny|trannies|dykes?"
    r"|retards?|libtards?|\w*tards?|feminazis?|thots?|simps?|cucks?|cuck\w*|incels?|fems|femoids?"
    r"|roasties?|skanks?|hags?|savages?|subhuman\w*|vermin|mud ?sharks?|goyim|race ?traitors?"
    r"|degenerate\w*|disgusting|filth\w*|parasit\w*|ugly|fat|crap\w*|damn\w*|hell|ass|asses"
    r"|screw\w*|suck\w*|piss\w*|jerks?|psycho\w*|insane|crazy|liars?|evil|shut up|hate\w*)\b",
    re.IGNORECASE,
)
"""Slurs and milder abuse; wide on purpose: what it names stays unknown, not toxic."""

CIVIL = 0.08
"""Toxicity given to a post that the third rule finds civil."""

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
    if source.unasked_is_civil and targets[0] is None and reads_civil(row.text):
        targets[0] = CIVIL
        weights[0] *= IMPLIED_WEIGHT
    for position, label in enumerate(LABELS):
        if targets[position] is not None:
            continue
        implied = _implied(label, targets[0], row.text, source)
        if implied is not None:
            targets[position] = implied
            weights[position] *= IMPLIED_WEIGHT
    return replace(row, targets=tuple(targets), weights=tuple(weights))


def reads_civil(text: str) -> bool:
    """Whether a text has no profanity, term of abuse, slur or word of violence."""
    return not any(words.search(text) for words in (PROFANE, ABUSIVE, VIOLENT, SLUR))


def _implied(label: str, toxicity: float | None, text: str, source: Source) -> float | None:
    if toxicity is None:
        return None
    if label == "obscene":
        return _obscene(text, toxicity)
    if source.clean_is_clean and toxicity < CLEAN_BELOW:
        return 0.0
    if label == "insult" and toxicity >= 0.5 and ABUSIVE.search(text):
        return 0.8
    if label == "threat" and toxicity >= 0.5:
        return _threat(text)
    return None


def _obscene(text: str, toxicity: float) -> float | None:
    if PROFANE.search(text):
        return 0.85 if toxicity >= 0.5 else None
    return 0.05


def _threat(text: str) -> float | None:
    if THREATENING.search(text):
        return 0.8
    return None if VIOLENT.search(text) else 0.02
