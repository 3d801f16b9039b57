"""The rules that look at a submission before and beside its scores.

Each check is evaluated and recorded whatever the others found, so that "why was this
held?" always has a full answer.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from moderation.domain.normalise import normalise, visible

NONE: Final = "none"
QUEUE: Final = "queue"
REJECT: Final = "reject"

BLOCKED: Final = "blocked"
TRUSTED: Final = "trusted"

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


@lru_cache(maxsize=32_768)
def word_pattern(entry: str) -> tuple[tuple[str, ...], bool]:
    """Read an entry of a word list: its words, and whether the last is a prefix (``*``).

    Raises:
        ValueError: when no letter or digit is left to look for.
    """
    words = tuple(_words(visible(entry)))
    if not words:
        raise ValueError("Must contain a letter or a digit.")
    return words, entry.rstrip().endswith("*")


class _Reading:
    """The words of one reading of a text, ready to be asked for thousands of entries."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            self._places.setdefault(word, []).append(place)
        self._sorted = sorted(self._places)

    def has(self, pattern: tuple[str, ...], *, prefix: bool) -> bool:
        """Whether the words stand there in a row, the last one perhaps longer."""
        if len(pattern) == 1:
            return self._has_prefix(pattern[0]) if prefix else pattern[0] in self._places
        return any(
            self._continues(place, pattern, prefix=prefix)
            for place in self._places.get(pattern[0], ())
        )

    def _has_prefix(self, start: str) -> bool:
        place = bisect_left(self._sorted, start)
        return place < len(self._sorted) and self._sorted[place].startswith(start)

    def _continues(self, place: int, pattern: tuple[str, ...], *, prefix: bool) -> bool:
        found = tuple(self._words[place : place + len(pattern)])
        if prefix and len(found) == len(pattern):
            return found[:-1] == pattern[:-1] and found[-1].startswith(pattern[-1])
        return found == pattern


def matching_words(texts: Iterable[str], entries: Sequence[str]) -> list[str]:
    """The entries of a word list that occur in the texts as whole words.

    Letter case is folded, and each text is read both as written and with spelling
    tricks undone. A trailing ``*`` makes an entry a prefix; an entry of several words
    is a phrase.

    Args:
        texts: the fields to look through, such as name and body.
        entries: the policy's list.
    """
    if not entries:
        return []
    readings = [
        _Reading(_words(reading)) for text in texts for reading in (visible(text), normalise(text))
    ]
    found = []
    for entry in entries:
        pattern, prefix = word_pattern(entry)
        if any(reading.has(pattern, prefix=prefix) for reading in readings):
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


def author_standing(standing: str | None) -> list[Finding]:
    """What a moderator decided about this author for the time to come.

    Args:
        standing: :data:`BLOCKED`, :data:`TRUSTED` or None, which leaves no finding.
    """
    if standing == BLOCKED:
        return [Finding("author_blocked", "rule", True, None, REJECT, "author_blocked")]
    if standing == TRUSTED:
        return [Finding("author_trusted", "rule", True, None, NONE)]
    return []


def waived(finding: Finding) -> Finding:
    """A finding on a trusted author: labels, links and the first comment do not queue.

    What rejects still rejects, and the site's word lists hold for everybody; that a
    finding would have queued the comment stays in its detail.
    """
    by_label = finding.kind == "label" or finding.check in ("links", "first_comment")
    if finding.effect != QUEUE or not by_label:
        return finding
    detail = {**finding.detail, "waived": "author_trusted"}
    return replace(finding, effect=NONE, reason=None, detail=detail)
