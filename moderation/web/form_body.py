"""URL-encoded forms from the outside, read strictly.

Werkzeug's own reader turns a form it cannot decode into an empty one, which would
blame the missing fields instead of the bytes.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from moderation.errors import Malformed

_MOST_FIELDS = 100


def read_form(raw: bytes) -> MultiDict[str, str]:
    """Read an ``application/x-www-form-urlencoded`` body.

    Args:
        raw: the bytes as received.

    Raises:
        Malformed: not UTF-8, or more fields than any form here has.
    """
    try:
        pairs = parse_qsl(
            raw.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise Malformed("The form is not valid UTF-8.") from None
    except ValueError:
        raise Malformed(f"The form has more than {_MOST_FIELDS} fields.") from None
    return MultiDict(pairs)
