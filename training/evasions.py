"""Spelling tricks put into training texts.

The service reads a text as written and once more with the tricks undone. Training on
some tricks makes the first reading work as well; a few clean texts get them too, so that
odd spelling alone does not come to mean abuse.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from training.weak_labels import ABUSIVE, PROFANE

TOXIC_SHARE = 0.09
CLEAN_SHARE = 0.025

_LEET = {"a": "@4", "e": "3", "i": "1!", "o": "0", "s": "$5", "t": "7", "l": "1"}
WORD = re.compile(r"[A-Za-z]{4,}")


def leet(word: str, draw: random.Random) -> str:
    """Swap some letters for digits or signs."""
    swapped = [
        draw.choice(_LEET[letter.lower()])
        if letter.lower() in _LEET and draw.random() < 0.7
        else letter
        for letter in word
    ]
    return "".join(swapped)


def spaced(word: str, draw: random.Random) -> str:
    """Set the letters apart."""
    return draw.choice((" ", ".", "-", "*")).join(word)


def stretched(word: str, draw: random.Random) -> str:
    """Hold one letter for longer."""
    at = draw.randrange(len(word))
    return word[:at] + word[at] * draw.randint(3, 6) + word[at + 1 :]


def punctuated(word: str, draw: random.Random) -> str:
    """Put one sign inside the word."""
    at = draw.randrange(1, len(word))
    return word[:at] + draw.choice(".*-_'") + word[at:]


def masked(word: str, draw: random.Random) -> str:
    """Hide inner letters behind stars."""
    at = draw.randrange(1, len(word) - 1)
    return word[:at] + draw.choice("*#") + word[at + 1 :]


def swapped(word: str, draw: random.Random) -> str:
    """Exchange two neighbouring letters."""
    at = draw.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def dropped(word: str, draw: random.Random) -> str:
    """Leave one inner letter out."""
    at = draw.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1 :]


TRICKS: tuple[Callable[[str, random.Random], str], ...] = (
    leet, leet, spaced, stretched, punctuated, masked, swapped, dropped,
)  # fmt: skip


def carrying_words(text: str) -> set[str]:
    """The words of a text that are profane or abusive by themselves, in lower case."""
    return {found.group().lower() for words in (PROFANE, ABUSIVE) for found in words.finditer(text)}


def disguise(text: str, draw: random.Random) -> str:
    """Disguise the words that carry the abuse, or else one word in five.

    Args:
        text: any text.
        draw: the run's random numbers.
    """
    trick = draw.choice(TRICKS)
    carrying = carrying_words(text)

    def change(match: re.Match[str]) -> str:
        word = match.group()
        chosen = word.lower() in carrying if carrying else draw.random() < 0.2
        return trick(word, draw) if chosen else word

    return WORD.sub(change, text)
