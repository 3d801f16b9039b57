"""The rules that look at a submission before and beside its scores.

Each check is evaluated and recorded whatever the others found, so that "why was this
held?" always has a full answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from moderation.domain.normalise import normalise, visible

NONE: Final = "none"
QUEUE: Final = "queue"
REJECT: Final = "reject"

_LINK = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"]+", re.IGNORECASE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Finding:
    """One line of a trace: what was looked at, what was found, what followed.

    Attributes:
        check: the rule's or label's name.
        kind: ``rule``, ``label`` or ``scorer``.
        value: what was found: a count, a probability, or None where there was nothing.
        threshold: the number that the value was held against, if there is one.
        effect: ``none``, ``queue`` or ``reject``.
        reason: the reason code where there is an effect.
        detail: more, for moderators: the matched words, both thresholds, the reading.
    """

    check: str
    kind: str
    value: float | int | bool | None
    threshold: float | int | None
    effect: str
    reason: str | None = None
    detail: dict[str, object] = field(default_factory=dict)


def count_links(body: str) -> int:
    """Number of web addresses in the text, invisible characters removed first."""
    return len(_LINK.findall(visible(unicodedata.normalize("NFKC", body))))


def links(body: str, max_links: int | None) -> Finding:
    """More links than the policy allows queue the comment."""
    found = count_links(body)
    held = max_links is not None and found > max_links
    return Finding(
        "links", "rule", found, max_links, QUEUE if held else NONE, "links" if held else None
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def word_pattern(entry: str) -> tuple[tuple[str, ...], bool]:
    """Read an entry of a word list: its words, and whether the last is a prefix (``*``).

    Raises:
        ValueError: when no letter or digit is left to look for.
    """
    words = tuple(_words(visible(entry)))
    if not words:
        raise ValueError("Must contain a letter or a digit.")
    return words, entry.rstrip().endswith("*")


def _occurs(pattern: tuple[str, ...], words: Sequence[str], *, prefix: bool) -> bool:
    last = len(pattern) - 1
    for start in range(len(words) - last):
        head = words[start : start + last]
        tail = words[start + last]
        fits = tail.startswith(pattern[last]) if prefix else tail == pattern[last]
        if fits and tuple(head) == pattern[:last]:
            return True
    return False


def matching_words(texts: Iterable[str], entries: Sequence[str]) -> list[str]:
    """The entries of a word list that occur in the texts as whole words.

    Letter case is folded, and each text is read both as written and with spelling
    tricks undone. A trailing ``*`` makes an entry a prefix; an entry of several words
    is a phrase.

    Args:
        texts: the fields to look through, such as name and body.
        entries: the policy's list.
    """
    readings = [_words(reading) for text in texts for reading in (visible(text), normalise(text))]
    present = {word for words in readings for word in words}
    found = []
    for entry in entries:
        pattern, prefix = word_pattern(entry)
        if len(pattern) == 1 and not prefix:
            hit = pattern[0] in present
        else:
            hit = any(_occurs(pattern, words, prefix=prefix) for words in readings)
        if hit:
            found.append(entry)
    return found


def listed_words(check: str, effect: str, texts: Sequence[str], entries: Sequence[str]) -> Finding:
    """Words of a list queue (``suspect_words``) or reject (``blocked_words``) a comment."""
    found = matching_words(texts, entries)
    return Finding(
        check,
        "rule",
        len(found),
        1,
        effect if found else NONE,
        check if found else None,
        {"words": found} if found else {},
    )


def first_comment(published_before: int, *, hold_first_comment: bool) -> Finding:
    """A site may want a person to see each author's first comment.

    Args:
        published_before: how many comments of this author the site has published.
        hold_first_comment: the policy's switch.
    """
    held = hold_first_comment and published_before == 0
    return Finding(
        "first_comment",
        "rule",
        published_before,
        1 if hold_first_comment else None,
        QUEUE if held else NONE,
        "first_comment" if held else None,
    )
