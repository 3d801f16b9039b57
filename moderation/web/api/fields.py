"""Schema base and fields that take exactly what they document.

In JSON a number is a number and a text is a text: nothing is guessed. In query strings
and forms, where everything is text, a field that has ``from_text`` reads its own form
(``request_parser`` calls it before the schema is loaded).
"""

# Signatures and class attributes are marshmallow's.
# ruff: noqa: RUF012
from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields as base
from marshmallow import validate

# Every integer within these bounds is exact in JSON readers everywhere.
_LARGEST = 2**53 - 1
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_INTEGER_TEXT = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER_TEXT = re.compile(r"[+-]?[0-9]{1,19}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")
_BOOLEAN_TEXT = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}


class Schema(ma.Schema):
    """An object of known fields; unknown ones are refused by name."""

    error_messages = {
        "unknown": "Unknown field.",
        "type": "Must be an object.",
    }

    def on_bind_field(self, _field_name: str, field_obj: base.Field[Any]) -> None:
        """Give every field the same plain words for the two commonest mistakes."""
        field_obj.error_messages = {
            **field_obj.error_messages,
            "required": "This field is required.",
            "null": "Must not be null.",
        }


class Text(base.String):
    """Text, counted in characters, that every store and encoding can hold.

    Args:
        min_length: fewest characters, after trimming.
        max_length: most characters, after trimming.
        strip: whether white space at the ends is cut off.
        kwargs: as for any marshmallow field.
    """

    default_error_messages = {
        "invalid": "Must be text.",
        "unstorable": "Must not contain NUL or half of a surrogate pair.",
    }

    def __init__(
        self,
        *,
        min_length: int = 0,
        max_length: int | None = None,
        strip: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.strip = strip
        if min_length or max_length is not None:
            message = _length_message(min_length, max_length)
            # A minimum of 0 is left out: it says nothing in the documentation.
            self.validators.insert(
                0, validate.Length(min=min_length or None, max=max_length, error=message)
            )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if UNSTORABLE.search(value):
            raise self.make_error("unstorable")
        return value.strip() if self.strip else value


class StrictInteger(base.Integer):
    """A whole number, never a text or a boolean.

    Args:
        minimum: smallest allowed.
        maximum: largest allowed.
        kwargs: as for any marshmallow field.
    """

    default_error_messages = {"invalid": "Must be a whole number."}

    def __init__(self, *, minimum: int = -_LARGEST, maximum: int = _LARGEST, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.insert(0, _range(minimum, maximum))

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.make_error("invalid")
        # 3.0 is an integer in JSON Schema, and some clients write it so.
        if isinstance(value, float) and not value.is_integer():
            raise self.make_error("invalid")
        return int(value)

    def from_text(self, text: str) -> Any:
        """The number in a query or form value; the text itself if there is none."""
        return int(text) if _INTEGER_TEXT.fullmatch(text.strip()) else text


class StrictNumber(base.Float):
    """A finite number, never a text or a boolean.

    Args:
        minimum: smallest allowed.
        maximum: largest allowed.
        kwargs: as for any marshmallow field.
    """

    default_error_messages = {"invalid": "Must be a number."}

    def __init__(
        self, *, minimum: float | None = None, maximum: float | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if minimum is not None or maximum is not None:
            self.validators.insert(0, _range(minimum, maximum))

    def _validated(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.make_error("invalid")
        number = float(value)
        if not math.isfinite(number):
            raise self.make_error("invalid")
        return number

    def from_text(self, text: str) -> Any:
        """The number in a query or form value; the text itself if there is none."""
        return float(text) if _NUMBER_TEXT.fullmatch(text.strip()) else text


class StrictBoolean(base.Boolean):
    """``true`` or ``false``, nothing that merely resembles them."""

    default_error_messages = {"invalid": "Must be true or false."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value

    def from_text(self, text: str) -> Any:
        """The truth of a query or form value; the text itself if it is neither."""
        return _BOOLEAN_TEXT.get(text.strip().lower(), text)


class Choice(Text):
    """One of a few words, listed in the message and the documentation.

    Args:
        choices: the words.
        kwargs: as for ``Text``.
    """

    def __init__(self, choices: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        message = f"Must be one of: {', '.join(choices)}."
        self.validators.append(validate.OneOf(choices, error=message))


class MapOf(base.Dict):
    """An object with free names and values of one kind.

    Marshmallow puts ``key`` or ``value`` between the name and the message; error answers
    name the field alone (``thresholds.toxicity.queue_at``).
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        except ma.ValidationError as error:
            raise ma.ValidationError(_by_name(error.messages)) from error


def _by_name(messages: Any) -> Any:
    if not isinstance(messages, Mapping):
        return messages
    return {name: inner.get("key") or inner["value"] for name, inner in messages.items()}


def _range(minimum: float | None, maximum: float | None) -> validate.Range:
    if minimum is None or minimum == -_LARGEST:
        message = f"Must be at most {maximum}."
    elif maximum is None or maximum == _LARGEST:
        message = f"Must be at least {minimum}."
    else:
        message = f"Must be from {minimum} to {maximum}."
    return validate.Range(min=minimum, max=maximum, error=message)


def _length_message(minimum: int, maximum: int | None) -> str:
    if maximum is None:
        return "Must not be empty." if minimum == 1 else f"Must have at least {minimum} characters."
    if minimum == 0:
        return f"Must have at most {maximum} characters."
    return f"Must have {minimum} to {maximum} characters."
