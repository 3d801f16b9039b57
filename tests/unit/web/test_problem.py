"""The table of codes, and the shape of field errors."""

from __future__ import annotations

import re
from pathlib import Path

import marshmallow as ma

from moderation import errors as tree
from moderation.web.errors import STATUS_OF, UnsupportedMediaType, status_of
from moderation.web.field_errors import dotted
from moderation.web.problem import PROBLEMS, bounded_fields
from moderation.web.traces import safe_trace


def test_each_error_class_is_answered_with_its_codes_status() -> None:
    for kind, status in STATUS_OF.items():
        assert PROBLEMS[kind.code].status == status


def test_every_expected_error_of_a_request_has_a_status() -> None:
    settings_only = {tree.SettingsError, tree.UnknownScorer}
    kinds = set(_subclasses(tree.ModerationError)) - settings_only
    assert UnsupportedMediaType in kinds
    assert [kind for kind in kinds if _status(kind) is None] == []


def test_every_code_is_explained() -> None:
    for code, kind in PROBLEMS.items():
        assert 400 <= kind.status < 600, code
        assert kind.meaning.endswith("."), code


def test_every_code_that_is_raised_is_in_the_table() -> None:
    package = Path(tree.__file__).parent
    sources = [path.read_text() for path in package.rglob("*.py")]
    raised = {code for text in sources for code in re.findall(r'\bcode="(\w+)"', text)}
    assert "duplicate" in raised
    assert raised - set(PROBLEMS) == set()


def test_nested_messages_become_dotted_names() -> None:
    messages = {
        "name": ["a"],
        "items": {3: {"id": ["b"]}},
        "_schema": ["c"],
        "thresholds": {"toxicity": {"_schema": ["d"], "queue_at": ["e"]}},
    }
    assert dotted(messages) == {
        "name": ["a"],
        "items.3.id": ["b"],
        "request": ["c"],
        "thresholds.toxicity": ["d"],
        "thresholds.toxicity.queue_at": ["e"],
    }
    assert dotted(ma.ValidationError("plain").messages) == {"request": ["plain"]}


def test_field_errors_stay_small_and_encodable() -> None:
    bounded = bounded_fields({f"\ud800{'n' * 200}{n}": ["m\udfff"] for n in range(500)})
    assert len(bounded) <= 50
    for name, messages in bounded.items():
        assert len(name) <= 100
        (name + messages[0]).encode()


def test_trace_names_types_and_positions_of_the_whole_chain_without_messages() -> None:
    try:
        try:
            raise ValueError("ada@example.org")
        except ValueError as error:
            raise RuntimeError("private") from error
    except RuntimeError as error:
        lines = safe_trace(error)
    assert lines[0] == "builtins.RuntimeError"
    assert "builtins.ValueError" in lines
    assert any("test_problem.py" in line for line in lines)
    assert not any("ada@" in line or "private" in line for line in lines)


def _subclasses(kind: type) -> list[type]:
    return [found for sub in kind.__subclasses__() for found in (sub, *_subclasses(sub))]


def _status(kind: type) -> int | None:
    return status_of(kind.__new__(kind))
