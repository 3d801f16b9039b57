"""Text from outside, made fit to be sent back."""

from __future__ import annotations


def readable(text: str) -> str:
    """Text that can be encoded as UTF-8: lone surrogates become the replacement character."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
