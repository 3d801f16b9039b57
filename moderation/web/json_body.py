"""JSON from the outside, read so that no bytes whatever can break the service.

Python's reader alone accepts NaN, infinities and repeated keys, and overflows or runs
out of stack on hostile numbers and nesting; all of these are refused here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn

from moderation.errors import Malformed

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DEEPEST = 32
# 2**63 has 19 digits; nothing in the API needs more.
_MOST_DIGITS = 19


def read_json(raw: bytes) -> Any:
    """Read one JSON document.

    Args:
        raw: the bytes as received.

    Returns:
        The value: containers, text, finite floats, integers of at most 19 digits.

    Raises:
        Malformed: with one sentence that says what is wrong and quotes nothing.
    """
    if raw.startswith(_BYTE_ORDER_MARK):
        raise Malformed("The body starts with a byte order mark; send UTF-8 without it.")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_bounded,
        )
    except UnicodeDecodeError:
        raise Malformed("The body is not valid UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Malformed(f"The body is not valid JSON ({where}).") from None
    _refuse_deep(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("An object in the body has the same name twice.")
    return found


def _refuse_constant(_: str) -> NoReturn:
    raise Malformed("NaN and Infinity are not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Malformed("A number in the body is too large.")
    return number


def _bounded(text: str) -> int:
    if len(text.lstrip("-")) > _MOST_DIGITS:
        raise Malformed(f"A number in the body has more than {_MOST_DIGITS} digits.")
    return int(text)


def _refuse_deep(value: Any) -> None:
    """Bound the nesting, without recursion, so that later code may recurse over it."""
    level = _containers([value])
    for _ in range(_DEEPEST):
        if not level:
            return
        level = [inner for outer in level for inner in _containers(_inside(outer))]
    if level:
        raise _too_deep()


def _inside(container: Any) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container


def _containers(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, (dict, list))]


def _too_deep() -> Malformed:
    return Malformed(f"The body is nested deeper than {_DEEPEST} levels.")
