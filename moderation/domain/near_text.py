"""Nearly the same text, recognised by a few numbers.

MinHash with banding: each text's word pairs are hashed by several functions and only
the least of each is kept; two texts agree in one of those with the probability of their
Jaccard similarity. Bands of two make chance meetings rare, four bands make it likely
that near-duplicates meet: at a similarity of 0.8 with 98 % (1 - (1 - 0.8**2)**4).
Source: A. Broder, "On the resemblance and containment of documents", 1997; banding as in
Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3.
"""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from typing import Final

from moderation.domain.normalise import normalise

BANDS: Final = 4
ALIKE_FROM: Final = 0.7
_ROWS: Final = 2
_WORD = re.compile(r"\w+")
_MASK: Final = 2**64 - 1
_MOST_WORDS: Final = 400
# Odd multipliers; each makes another order of the same hashed pairs.
_FACTORS: Final = tuple(
    int.from_bytes(hashlib.sha256(bytes([place])).digest()[:8]) | 1 for place in range(8)
)


def shingles(text: str) -> frozenset[str]:
    """The text's pairs of neighbouring words, spelling tricks undone, letter case folded.

    Args:
        text: any text; what lies behind its first 400 words is left out.
    """
    words = _WORD.findall(normalise(text).casefold())[:_MOST_WORDS]
    if len(words) < 2:
        return frozenset(words)
    return frozenset(f"{one} {two}" for one, two in pairwise(words))


def bands(text: str) -> tuple[int, ...]:
    """Numbers of which near-duplicates share at least one, each below 2**63.

    Returns:
        :data:`BANDS` numbers, or none for a text without words.
    """
    hashed = [_hash(pair) for pair in shingles(text)]
    if not hashed:
        return ()
    least = [min((value * factor) & _MASK for value in hashed) for factor in _FACTORS]
    return tuple(_band(band, least) for band in range(BANDS))


def similarity(one: frozenset[str], two: frozenset[str]) -> float:
    """Jaccard similarity of two texts' shingles, 0..1; texts without words are not alike."""
    together = one | two
    return len(one & two) / len(together) if together else 0.0


def _hash(pair: str) -> int:
    return int.from_bytes(hashlib.blake2b(pair.encode(), digest_size=8).digest())


def _band(band: int, least: list[int]) -> int:
    rows = least[band * _ROWS : (band + 1) * _ROWS]
    packed = bytes([band]) + b"".join(row.to_bytes(8) for row in rows)
    return int.from_bytes(hashlib.blake2b(packed, digest_size=8).digest()) >> 1
