"""The OpenAPI document as what a page shows: groups, operations, rows of fields.

Nothing here knows Flask or HTML; the template only writes out what this finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 5


@dataclass(frozen=True)
class FieldRow:
    """A field or parameter: dotted name, where it is, type in words, limits."""

    name: str
    place: str
    type: str
    limits: str
    required: bool
    description: str


@dataclass(frozen=True)
class ResponseRow:
    """A status with its description; fields only for answers that are not problems."""

    status: str
    description: str
    fields: list[FieldRow]


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    who: str
    changes_by_session: bool
    parameters: list[FieldRow]
    body_types: list[str]
    body: list[FieldRow]
    responses: list[ResponseRow]


@dataclass(frozen=True)
class Group:
    """The operations of one tag."""

    name: str
    description: str
    operations: list[Operation]


def groups_of(spec: dict[str, Any]) -> list[Group]:
    """Turn a whole document into groups in the order of its tags.

    Args:
        spec: an OpenAPI 3.1 document.
    """
    found = list(_operations(spec))
    return [
        Group(tag["name"], tag.get("description", ""), [o for t, o in found if t == tag["name"]])
        for tag in spec.get("tags", [])
    ]


def _operations(spec: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, item in spec["paths"].items():
        for method in _METHODS:
            if method in item:
                shared = item.get("parameters", [])
                yield item[method]["tags"][0], _operation(spec, path, method, item[method], shared)


def _operation(
    spec: dict[str, Any], path: str, method: str, doc: dict[str, Any], shared: list[Any]
) -> Operation:
    content = doc.get("requestBody", {}).get("content", {})
    first: dict[str, Any] = next(iter(content.values()), {})
    parameters = [_resolve(spec, p) for p in [*shared, *doc.get("parameters", [])]]
    return Operation(
        anchor=re.sub(r"[^a-z0-9]+", "-", f"{method} {path}".lower()).strip("-"),
        method=method.upper(),
        path=path,
        summary=doc.get("summary", ""),
        description=doc.get("description", ""),
        who=doc.get("x-access", {}).get("who", ""),
        changes_by_session=any("csrf" in way for way in doc.get("security", [])),
        parameters=[_parameter(spec, parameter) for parameter in parameters],
        body_types=list(content),
        body=list(_rows(spec, first.get("schema", {}))),
        responses=[_response(spec, s, r) for s, r in sorted(doc.get("responses", {}).items())],
    )


def _parameter(spec: dict[str, Any], parameter: dict[str, Any]) -> FieldRow:
    schema = _resolve(spec, parameter.get("schema", {}))
    return FieldRow(
        name=parameter["name"],
        place=parameter["in"],
        type=_type(spec, schema),
        limits=_limits(schema),
        required=bool(parameter.get("required")),
        description=parameter.get("description") or schema.get("description", ""),
    )


def _response(spec: dict[str, Any], status: str, response: dict[str, Any]) -> ResponseRow:
    response = _resolve(spec, response)
    content = response.get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return ResponseRow(status, response.get("description", ""), list(_rows(spec, schema)))


def _rows(
    spec: dict[str, Any], schema: dict[str, Any], prefix: str = "", depth: int = 0
) -> Iterator[FieldRow]:
    """The fields of an object, those of inner objects after it with dotted names."""
    schema = _object_in(spec, schema)
    for name, raw in schema.get("properties", {}).items():
        field = _resolve(spec, raw)
        yield FieldRow(
            name=prefix + name,
            place="",
            type=_type(spec, field),
            limits=_limits(field),
            required=name in schema.get("required", []),
            description=field.get("description", ""),
        )
        inner, mark = _inside(spec, field)
        if inner and depth < _DEEPEST:
            yield from _rows(spec, inner, f"{prefix}{name}{mark}.", depth + 1)


def _inside(spec: dict[str, Any], field: dict[str, Any]) -> tuple[dict[str, Any], str]:
    if "items" in field:
        return _object_in(spec, field["items"]), "[]"
    if isinstance(field.get("additionalProperties"), dict):
        return _object_in(spec, field["additionalProperties"]), ".*"
    return _object_in(spec, field), ""


def _object_in(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The object that a schema is or may be (``anyOf`` with null), else an empty one."""
    schema = _resolve(spec, schema)
    for choice in schema.get("anyOf", []):
        found = _resolve(spec, choice)
        if "properties" in found:
            return found
    return schema


def _resolve(spec: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Follow one reference; what stands beside it (a description) wins."""
    if "$ref" not in part:
        return part
    target: Any = spec
    for step in part["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return {**target, **{name: value for name, value in part.items() if name != "$ref"}}


def _type(spec: dict[str, Any], schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(spec, _resolve(spec, choice)) for choice in schema["anyOf"])
    named = schema.get("type", "any")
    words = " or ".join(named) if isinstance(named, list) else str(named)
    if "items" in schema:
        return f"{words} of {_type(spec, _resolve(spec, schema['items']))}"
    return f"{words} ({schema['format']})" if "format" in schema else words


def _limits(schema: dict[str, Any]) -> str:
    said = [
        _span(schema, "minLength", "maxLength", "characters"),
        _span(schema, "minItems", "maxItems", "items"),
        _span(schema, "minimum", "maximum", ""),
    ]
    if "enum" in schema:
        said.append("one of " + ", ".join(str(value) for value in schema["enum"]))
    if schema.get("default") is not None:
        said.append(f"default {schema['default']}")
    return "; ".join(part for part in said if part)


def _span(schema: dict[str, Any], low: str, high: str, unit: str) -> str:
    if low in schema and high in schema:
        words = f"{schema[low]:,} to {schema[high]:,}"
    elif high in schema:
        words = f"at most {schema[high]:,}"
    elif low in schema:
        words = f"at least {schema[low]:,}"
    else:
        return ""
    return f"{words} {unit}".strip()
