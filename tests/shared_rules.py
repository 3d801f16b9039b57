"""Compile each URL rule once a process, not once an application.

Nearly every test makes an application of its own, and most of the time that takes went into
werkzeug's functions that build URLs: two for each rule, compiled from a syntax tree. Such a
function is code without state; it depends on the rule's text alone, unless there are defaults,
and finds the converters of its own application on the rule that it is bound to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]


def share_builders() -> None:
    """Have all applications of this process share the code that builds their URLs."""
    compiled: dict[tuple[Any, ...], _Builder] = {}
    compile_one = Rule._compile_builder

    def compile_builder(rule: Rule, append_unknown: bool = True) -> _Builder:
        if rule.defaults:
            return compile_one(rule, append_unknown)
        # The trace is what the code is made of: the parts of subdomain and path.
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in compiled:
            compiled[key] = compile_one(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = compile_builder  # type: ignore[method-assign]
