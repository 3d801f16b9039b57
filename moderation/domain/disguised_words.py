"""The part of normalising that works on plain Latin text: how words are spelled.

WARNING: contains the strong words that people disguise most; a masked letter can only
be told from the word it stands in.
"""

from __future__ import annotations

import re
from itertools import product

_SEPARATED = re.compile(
    r"(?<![\w@$!])[A-Za-z@$!013457](?P<gap>[ \t\n.\-_*~|,/])(?:[A-Za-z@$!013457](?P=gap)){2,}[A-Za-z@$!013457](?![\w@$])"
)
_HELD = re.compile(r"([A-Za-z])\1{2,}", re.IGNORECASE)
_TOKEN = re.compile(r"\S+")
_EDGES = re.compile(r"^[\"'(\[{<*_~.,;:?\-]+|[\"')\]}>*_~.,;:?!\-]+$")
_ADDRESS = re.compile(
    r"://|^www\.|@\w+\.|^[@#]\w|\.(?:com|org|net|gov|edu|info|co|uk|ca|io|de|fr|eu|us|tv|ly|au)\b",
    re.IGNORECASE,
)
_SUSPICIOUS = re.compile(r"[@$!|+0-9]|\w[*_~^.,'\-#`]+\w|([A-Za-z])\1\1")
_FIGURE = re.compile(r"[$€£]?\d[\d.,:/]*(?:[a-zA-Z]{1,2}|pm|[kK]m|min|bn|mph|year|day|yrs?)?\.?$")
_NAME_AND_NUMBER = re.compile(r"[A-Za-z]+-?\d+$|[A-Z0-9]{2,5}$")

_STANDS_FOR = {"@": "a", "4": "a", "3": "e", "0": "o", "5": "s", "$": "s", "7": "t", "+": "t",
               "!": "i", "|": "i", "9": "g"}  # fmt: skip
_SIGNS = "".join(_STANDS_FOR) + "1"
_MOST_ONES = 3
_DOUBLES_INSIDE = "lsg"
_DOUBLES_AT_END = "lsge"
_VOWELS = "aeiouAEIOU"

STRONG = frozenset(
    [
        "fuck",
        "fucks",
        "fucked",
        "fucker",
        "fuckers",
        "fucking",
        "fuckin",
        "motherfucker",
        "shit",
        "shits",
        "shitty",
        "bullshit",
        "cunt",
        "cunts",
        "bitch",
        "bitches",
        "ass",
        "arse",
        "asshole",
        "assholes",
        "arsehole",
        "dick",
        "dicks",
        "dickhead",
        "cock",
        "cocks",
        "pussy",
        "pussies",
        "nigger",
        "niggers",
        "nigga",
        "niggas",
        "faggot",
        "faggots",
        "fag",
        "fags",
        "whore",
        "whores",
        "slut",
        "sluts",
        "bastard",
        "bastards",
        "retard",
        "retards",
        "retarded",
        "twat",
        "twats",
        "wanker",
        "wankers",
        "kike",
        "kikes",
        "chink",
        "chinks",
        "spic",
        "spics",
        "tranny",
        "trannies",
        "dyke",
        "dykes",
        "idiot",
        "idiots",
        "idiotic",
        "moron",
        "morons",
        "stupid",
        "dumb",
        "scum",
        "kill",
        "rape",
        "loser",
        "losers",
        "ugly",
        "trash",
        "pathetic",
        "disgusting",
        "vermin",
        "hate",
        "nazi",
        "nazis",
        "pervert",
        "creep",
        "clown",
    ]
)
"""Words that a disguise is recognised by even where its rule alone would be too bold."""

_MASK = re.compile(r"[*#_\-.~^+]")
_INSIDE = re.compile(r"[*_~^|`.,'#\-]+")


def respelled(text: str) -> str:
    """Undo tricks of spelling in a text of Latin letters.

    Args:
        text: already free of invisible characters and look-alikes.
    """
    if " " in text or "." in text or "-" in text:
        text = _SEPARATED.sub(_together, text)
    return _TOKEN.sub(_plain, text) if _SUSPICIOUS.search(text) else text


def _together(match: re.Match[str]) -> str:
    """Close up letters set apart; leave acronyms and rows of figures as they are."""
    found, gap = match.group(), match.group("gap")
    letters = found.replace(gap, "")
    if letters.lower() in STRONG:
        return letters
    if sum(map(str.isalpha, letters)) * 2 <= len(letters):
        return found
    is_acronym = letters.isupper() and (gap == "." or len(letters) == 4)
    return found if is_acronym else letters


def _plain(match: re.Match[str]) -> str:
    token = match.group()
    if not _SUSPICIOUS.search(token) or _ADDRESS.search(token):
        return token
    core = _EDGES.sub("", token)
    if not core:
        return token
    at = token.index(core)
    return token[:at] + _respelled_word(core) + token[at + len(core) :]


def _respelled_word(word: str) -> str:
    word = _letters_for_signs(_without_signs_inside(word))
    return _HELD.sub(_let_go, word)


def _let_go(match: re.Match[str]) -> str:
    """One letter for a held one, or two where English often doubles it."""
    letter, word = match.group(1), match.string
    if match.start() == 0:
        return letter
    doubled = _DOUBLES_AT_END if match.end() == len(word) else _DOUBLES_INSIDE
    return letter * 2 if letter.lower() in doubled else letter


def _without_signs_inside(word: str) -> str:
    if not _INSIDE.search(word):
        return word
    unmasked = _unmasked(word)
    if unmasked:
        return unmasked
    joined = _INSIDE.sub("", word)
    return joined if joined.lower() in STRONG or _is_broken_up(word) else word


def _unmasked(word: str) -> str | None:
    """The one strong word that fits, each mask standing for one letter."""
    if not _MASK.search(word) or sum(map(str.isalpha, word)) < 2:
        return None
    pattern = re.compile(
        "".join("[a-z]" if _MASK.match(letter) else re.escape(letter) for letter in word.lower())
    )
    fitting = {
        strong for strong in STRONG if len(strong) == len(word) and pattern.fullmatch(strong)
    }
    return fitting.pop() if len(fitting) == 1 else None


def _is_broken_up(word: str) -> bool:
    """Whether signs cut a word where writing has none: ``stu*pid``.

    Other signs have their uses: hyphens and apostrophes belong in words, full stops and
    commas end sentences, underscores join names.
    """
    return bool(re.fullmatch(r"[A-Za-z]+(?:[*~^|`#]{1,3}[A-Za-z]+)+", word))


def _letters_for_signs(word: str) -> str:
    """Letters in place of the digits and signs that stand for them."""
    body = word.rstrip("!")
    if not re.fullmatch(r"[A-Za-z@$!|+0-9]+", body) or not any(letter in _SIGNS for letter in body):
        return word
    readings = _readings(body)
    strong = next(
        (plain for plain in readings if _HELD.sub(_let_go, plain).lower() in STRONG), None
    )
    if strong is None and not _is_leet(body):
        return word
    return (strong or readings[0]) + word[len(body) :]


def _is_leet(word: str) -> bool:
    """Whether the signs stand for letters, judged without knowing the word."""
    signs = [at for at, letter in enumerate(word) if letter in _SIGNS]
    letters = sum(map(str.isalpha, word))
    if letters < max(2, len(signs)) or _FIGURE.match(word) or _NAME_AND_NUMBER.match(word):
        return False
    return not (signs == [0] and word[0].isdigit())


def _readings(word: str) -> list[str]:
    """Likeliest first. A ``1`` is an l after a vowel or an l, else an i; or each way."""
    likely: list[str] = []
    for letter in word:
        if letter == "1":
            likely.append("l" if likely and likely[-1] in _VOWELS + "lL" else "i")
        else:
            likely.append(_STANDS_FOR.get(letter, letter))
    ones = [at for at, letter in enumerate(word) if letter == "1"][:_MOST_ONES]
    readings = ["".join(likely)]
    for choice in product("il", repeat=len(ones)) if ones else ():
        for at, letter in zip(ones, choice, strict=True):
            likely[at] = letter
        readings.append("".join(likely))
    return readings
