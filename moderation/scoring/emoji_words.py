"""Emoji read as words.

BERT's vocabulary has no emoji: each one becomes the unknown token and its meaning is
lost ("I will 🔪 you"). The bundled model was trained on their English names instead,
so the same function prepares a text for training and for serving.
"""

from __future__ import annotations

import emoji


def emoji_words(text: str) -> str:
    """Replace every emoji by its English name, set apart by spaces.

    Args:
        text: any text.

    Returns:
        The text with ``🔪`` written as `` kitchen knife ``; unchanged without emoji.
    """
    if text.isascii():
        return text
    return emoji.replace_emoji(text, replace=_name)


def _name(_characters: str, data: dict[str, str]) -> str:
    return " " + data.get("en", "").strip(":").replace("_", " ") + " "
