"""Where words of a policy's lists are found in a window.

Each row says whether a word of the lists that were in force at its time was found. Only where
the wanted list differs are texts read again, and never more than :data:`TEXTS_MAX` of them: a
word list that would need more is left as it was and said to be so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from moderation.domain.checks import matching_words
from moderation.domain.facts import BLOCKED_WORD, SUSPECT, id_text
from moderation.domain.policy import Policy
from moderation.services.lab.columns import Array, Mask, Window

TEXTS_MAX: Final = 2_000
BITS: Final = {"suspect_words": SUSPECT, "blocked_words": BLOCKED_WORD}

Lists = Mapping[int, Sequence[str]]
ReadTexts = Callable[[Sequence[str]], Mapping[str, tuple[str, str]]]


@dataclass(frozen=True)
class FoundWords:
    """Where each list is found.

    Attributes:
        left_out: lists that were not replayed; their masks say what was found at the time.
        unread: comments that would have to be read again and whose text is no longer kept;
            the masks say of them what was found at the time.
    """

    suspect: Mask
    blocked: Mask
    left_out: tuple[str, ...]
    unread: Mask


def find_words(
    policy: Policy,
    window: Window,
    lists: Mapping[str, Lists],
    read_texts: ReadTexts,
) -> FoundWords:
    """Hold a policy's word lists against a window.

    Args:
        lists: for each of :data:`BITS`, policy version to the words then in force.
        read_texts: name and body by comment id.
    """
    masks, left_out, unread = {}, [], np.zeros(len(window), bool)
    for name, bit in BITS.items():
        then: Mask = (window["flags"] & bit) != 0
        wanted: Sequence[str] = getattr(policy, name)
        unsure = _unsure(window["policy_version"], then, wanted, lists[name])
        if int(unsure.sum()) > TEXTS_MAX:
            left_out.append(name)
        elif unsure.any():
            then = then.copy()
            places = np.flatnonzero(unsure)
            found = _look(window["id"][places], wanted, read_texts)
            for place, is_found in zip(places, found, strict=True):
                if is_found is None:
                    unread[place] = True
                else:
                    then[place] = is_found
        masks[name] = then
    return FoundWords(masks["suspect_words"], masks["blocked_words"], tuple(left_out), unread)


def _unsure(versions: Array, then: Mask, wanted: Sequence[str], lists: Lists) -> Mask:
    """Where the row alone does not say whether a word of the wanted list is found."""
    unsure, now = np.zeros(len(versions), bool), set(wanted)
    # Version 0: no policy decided, so no list was looked at.
    for version, words in {0: (), **lists}.items():
        former = set(words)
        if former == now:
            continue
        own = versions == version
        if now - former:
            # What was found under the old list is found under one that only grew.
            unsure |= own & ~then if former <= now else own
        else:
            unsure |= own & then
    return unsure


def _look(ids: Array, wanted: Sequence[str], read_texts: ReadTexts) -> list[bool | None]:
    """Whether a word is found in each text; None where there is no text any more."""
    names = [id_text(bytes(packed).ljust(16, b"\0")) for packed in ids]
    texts = read_texts(names)
    return [bool(matching_words(texts[name], wanted)) if name in texts else None for name in names]
