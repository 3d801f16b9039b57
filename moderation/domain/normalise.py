"""Spelling tricks undone, so that a disguised word reads as the plain one.

Used for words lists and for the second reading of a text when it is scored. An ordinary
text must come through unchanged (apart from Unicode's compatibility forms and accents),
so every rule is held back where it would touch numbers, acronyms, addresses or names.
Standard library only.
"""

from __future__ import annotations

import re
import unicodedata

from moderation.domain.confusables import TRANSLATION
from moderation.domain.disguised_words import respelled

FILLERS = "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5"
"""Letters and signs that show nothing."""

_KEPT_CONTROLS = "\t\n\r"
_WORD = re.compile(r"\S+")
_LATIN = re.compile(r"[A-Za-z]")


def visible(text: str) -> str:
    """Remove everything that shows nothing, except white space.

    Args:
        text: any text.

    Returns:
        The text without control, format (zero-width, bidirectional, tags) and filler
        characters and variation selectors. Nothing but white space is left of a text
        that only seems to have content.
    """
    return text if text.isascii() and text.isprintable() else "".join(filter(_shows, text))


def _shows(character: str) -> bool:
    if character in _KEPT_CONTROLS:
        return True
    if (
        character in FILLERS
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    ):
        return False
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs")


def normalise(text: str) -> str:
    """Undo spelling tricks.

    Compatibility forms, invisible characters, accents on Latin letters, look-alikes of
    other scripts, letters set apart, letters held, signs inside words, digits and signs
    in place of letters.

    Args:
        text: any text.

    Returns:
        The plain reading; letter case is kept.
    """
    if not text.isascii():
        text = _latin(_unaccented(visible(unicodedata.normalize("NFKC", visible(text)))))
    elif not text.isprintable():
        text = visible(text)
    return respelled(text)


def _unaccented(text: str) -> str:
    """Drop combining marks from Latin letters; other scripts need theirs."""
    kept: list[str] = []
    on_latin = False
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.combining(character):
            if on_latin:
                continue
        else:
            on_latin = character.isascii()
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def _latin(text: str) -> str:
    """Turn look-alikes into Latin letters, in words that become plain Latin by it.

    A word wholly in another script is left alone where the text has other words of a
    script that do not: then somebody is writing that language.
    """
    if text.isascii():
        return text
    foreign = any(_is_foreign(word) for word in _WORD.findall(text))

    def change(match: re.Match[str]) -> str:
        word = match.group()
        if word.isascii() or (foreign and not _LATIN.search(word)):
            return word
        plain = word.translate(TRANSLATION)
        return plain if _letters_are_latin(plain) and _has_foreign_letter(word) else word

    return _WORD.sub(change, text)


def _is_foreign(word: str) -> bool:
    return (
        not _LATIN.search(word)
        and _has_foreign_letter(word)
        and not _letters_are_latin(word.translate(TRANSLATION))
    )


def _has_foreign_letter(word: str) -> bool:
    return any(
        ord(character) > 127 and character.translate(TRANSLATION) != character for character in word
    )


def _letters_are_latin(word: str) -> bool:
    return all(character.isascii() for character in word if character.isalpha())
