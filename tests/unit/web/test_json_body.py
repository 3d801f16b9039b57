"""JSON from the outside: everything is read or refused, nothing breaks."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.errors import Malformed
from moderation.web.form_body import read_form
from moderation.web.json_body import read_json

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(JSON_VALUES)
def test_good_json_is_read_as_it_is(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(Malformed):
        read_json(raw)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_form_is_read_or_refused(raw: bytes) -> None:
    with suppress(Malformed):
        read_form(raw)


@pytest.mark.parametrize("depth", [33, 34, 900, 5_000, 200_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    with pytest.raises(Malformed, match="nested"):
        read_json(b"[" * depth + b"]" * depth)


def test_ordinary_nesting_is_read() -> None:
    assert read_json(b"[" * 32 + b"]" * 32)


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"9" * 20, b"-" + b"9" * 20, b"NaN"])
def test_numbers_that_do_not_fit_are_refused(number: bytes) -> None:
    with pytest.raises(Malformed):
        read_json(number)


def test_largest_integer_is_read() -> None:
    assert read_json(b"-9223372036854775808") == -(2**63)


def test_messages_quote_nothing() -> None:
    with pytest.raises(Malformed) as refused:
        read_json(b'{"email": "ada@example.org" oops')
    assert refused.value.message == "The body is not valid JSON (line 1, column 29)."
