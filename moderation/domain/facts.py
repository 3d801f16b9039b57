"""What is kept of each decision so that any policy can be replayed on it later.

A row is packed into a fixed number of bytes: a million of them are read and compared in
memory without a text, a join or an object for each. Scores are whole millionths, as exact
as the six decimals that are stored and shown.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from moderation.domain.checks import BLOCKED, TRUSTED
from moderation.domain.foreign_comment import SOURCES
from moderation.domain.scores import LABELS
from moderation.domain.statuses import PUBLISHED, QUEUED, REJECTED

MILLION: Final = 1_000_000
NO_SCORE: Final = -1
LINKS_MAX: Final = 65_535

OUTCOMES: Final = (PUBLISHED, QUEUED, REJECTED)
"""What a policy can do with a comment; a machine's code is the place here plus one."""

NOT_JUDGED, APPROVED, REFUSED = 0, 1, 2
"""What a person said: nothing yet, that it may stand, that it may not."""

STANDINGS: Final = (None, BLOCKED, TRUSTED)
FIRST, SUSPECT, BLOCKED_WORD = 1, 2, 4
"""Bits of ``flags``: the author's first comment; a word of the list then in force."""

IMPORTED_AT: Final = 3
SOURCE_AT: Final = 5
"""Places in ``flags`` of what was decided elsewhere (two bits) and in which system (three)."""

FIELDS: Final = (
    ("id", "16s"),
    ("at", "q"),
    *((label, "i") for label in LABELS),
    ("policy_version", "I"),
    ("audit_rate", "I"),
    ("links", "H"),
    ("machine", "B"),
    ("standing", "B"),
    ("flags", "B"),
    ("verdict", "B"),
    ("audit", "B"),
    ("terms", "B"),
)
"""Names and ``struct`` codes in the order of the bytes, little-endian, without padding."""

_STRUCT: Final = struct.Struct("<" + "".join(code for _, code in FIELDS))
SIZE: Final = _STRUCT.size


@dataclass(frozen=True)
class Facts:
    """One comment as the lab sees it.

    Attributes:
        at: when it was sent.
        scores: label to millionths; a label that was not scored is left out.
        policy_version: the version that decided; its word lists are those of ``suspect``
            and ``blocked_word``.
        audit_rate: chance, in millionths, with which it was drawn for a blind audit; 0 where
            no audits were made.
        links: how many web addresses the text has.
        machine: the policy's own outcome, None where no policy decided.
        standing: how the site treated the author.
        first: whether the site had published nothing of this author.
        suspect: whether a suspect word was found.
        blocked_word: whether a blocked word was found.
        verdict: what a moderator decided, by whatever way the comment reached them.
        audit: what a blind audit said.
        imported: what was decided in the system that the comment was imported from.
        source: that system, one of :data:`moderation.domain.foreign_comment.SOURCES`; says
            something only beside ``imported``.
        terms: groups of people that the text names, see ``domain/identity_terms.py``; 0 where
            it was never looked through, or is gone.
    """

    at: datetime
    scores: Mapping[str, int]
    policy_version: int = 0
    audit_rate: int = 0
    links: int = 0
    machine: str | None = None
    standing: str | None = None
    first: bool = False
    suspect: bool = False
    blocked_word: bool = False
    verdict: int = NOT_JUDGED
    audit: int = NOT_JUDGED
    imported: int = NOT_JUDGED
    source: str = SOURCES[0]
    terms: int = 0


def millionths(value: float) -> int:
    """A probability or a share as a whole number."""
    return round(value * MILLION)


def pack(comment_id: str, facts: Facts) -> bytes:
    """The bytes of one row, :data:`SIZE` of them."""
    flags = FIRST * facts.first | SUSPECT * facts.suspect | BLOCKED_WORD * facts.blocked_word
    flags |= _imported_bits(facts.imported, facts.source)
    return _STRUCT.pack(
        id_bytes(comment_id),
        round(facts.at.timestamp() * 1000),
        *(facts.scores.get(label, NO_SCORE) for label in LABELS),
        facts.policy_version,
        facts.audit_rate,
        min(facts.links, LINKS_MAX),
        OUTCOMES.index(facts.machine) + 1 if facts.machine in OUTCOMES else 0,
        STANDINGS.index(facts.standing),
        flags,
        facts.verdict,
        facts.audit,
        facts.terms,
    )


def forgotten(comment_id: str) -> bytes:
    """A row that says only that its comment is gone."""
    return id_bytes(comment_id) + bytes(SIZE - 16)


def id_bytes(comment_id: str) -> bytes:
    """A comment's id in its 16 bytes."""
    return bytes.fromhex(comment_id.replace("-", ""))


def id_text(packed: bytes) -> str:
    """The reverse of :func:`id_bytes`."""
    digits = packed.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


_WRITERS: Final = {
    name: (struct.Struct("<" + code), struct.calcsize("<" + "".join(c for _, c in FIELDS[:place])))
    for place, (name, code) in enumerate(FIELDS)
}


def with_values(packed: bytes, values: Mapping[str, int]) -> bytes:
    """A row with some of its numbers replaced.

    Args:
        values: field of :data:`FIELDS` to number.
    """
    changed = bytearray(packed)
    for name, value in values.items():
        writer, offset = _WRITERS[name]
        writer.pack_into(changed, offset, value)
    return bytes(changed)


def with_import(packed: bytes, imported: int, source: str) -> bytes:
    """A row with what another system decided."""
    reader, offset = _WRITERS["flags"]
    (flags,) = reader.unpack_from(packed, offset)
    own = flags & ((1 << IMPORTED_AT) - 1)
    return with_values(packed, {"flags": own | _imported_bits(imported, source)})


def _imported_bits(imported: int, source: str) -> int:
    if imported == NOT_JUDGED:
        return 0
    return imported << IMPORTED_AT | SOURCES.index(source) << SOURCE_AT


def score_values(values: Mapping[str, float]) -> dict[str, int]:
    """Every label's field, for :func:`with_values`."""
    return {label: millionths(values[label]) if label in values else NO_SCORE for label in LABELS}
