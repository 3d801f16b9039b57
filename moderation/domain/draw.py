"""Drawing a share of things by chance, yet always the same ones."""

from __future__ import annotations

import hashlib


def drawn(what: str, rate: float) -> bool:
    """Whether a thing is drawn: by the hash of its name, which nobody chooses.

    Args:
        what: names the thing and what it is drawn for.
        rate: the share to draw, 0..1.
    """
    digest = hashlib.sha256(what.encode()).digest()
    return int.from_bytes(digest[:8], "big") < rate * 2**64
