"""Word lists of other systems, read into ours.

WordPress keeps *Comment Moderation* (held) and *Disallowed Comment Keys* (to the trash): one
entry a line, found anywhere in text, name, address, email or IP
(https://developer.wordpress.org/reference/functions/wp_check_comment_disallowed_list/).
Coral keeps *banned* and *suspect* words, one a line, found as whole words
(https://docs.coralproject.net/). Ours are whole words; an entry that is an email address, an IP
address or a web address is no word and is left out by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from moderation.domain.checks import word_pattern
from moderation.domain.policy_input import WORD_MAX

SOURCES: Final = {
    "wordpress_moderation": "suspect_words",
    "wordpress_disallowed": "blocked_words",
    "coral_suspect": "suspect_words",
    "coral_banned": "blocked_words",
}
"""Where a list comes from, and which of ours it joins."""

_NO_WORD: Final = re.compile(r"@|://|^www\.|^[0-9a-f]*[:.][0-9a-f.:*]*$", re.IGNORECASE)


@dataclass(frozen=True)
class ImportedWords:
    """Attributes:
    target: which of the policy's lists they belong to.
    words: the entries, each once.
    left_out: lines that are no words, as they were.
    """

    target: str
    words: tuple[str, ...]
    left_out: tuple[str, ...]


def read_words(source: str, text: str) -> ImportedWords:
    """Read a list, one entry a line; blank lines are nothing.

    WordPress finds an entry inside longer words too, so its entries become prefixes: the
    nearest thing that does not find ``ass`` in ``class``.

    Args:
        source: a key of :data:`SOURCES`.
        text: the list as copied.
    """
    words: dict[str, None] = {}
    left_out = []
    for line in _lines(text):
        entry = line
        if source.startswith("wordpress") and not line.endswith("*"):
            entry = f"{line}*"
        if _is_word(entry):
            words[entry] = None
        else:
            left_out.append(line[:WORD_MAX])
    return ImportedWords(SOURCES[source], tuple(words), tuple(left_out))


def _lines(text: str) -> Iterable[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _is_word(entry: str) -> bool:
    if len(entry) > WORD_MAX or _NO_WORD.search(entry.rstrip("*")):
        return False
    try:
        word_pattern(entry)
    except ValueError:
        return False
    return True
