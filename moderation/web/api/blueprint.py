"""The blueprint of all JSON routes: flask-smorest's, with what it lacks.

Added: who may call (from ``auth.access``) in the documentation and enforced when the
route is registered, bodies that may be JSON or a form, and problem documents.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar, cast

import flask_smorest

from moderation.web.access_rules import require_access
from moderation.web.api.request_parser import FORM_TYPE, RequestParser
from moderation.web.openapi import describe_access

View = TypeVar("View", bound=Callable[..., Any])

_BODY_LOCATIONS = ("json", "json_or_form")
_JSON_TYPE = "application/json"


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """Routes of one group; the group's name is its tag in the documentation."""

    ARGUMENTS_PARSER = RequestParser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING: ClassVar[dict[str, str]] = {
        **flask_smorest.Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING,
        "json_or_form": _JSON_TYPE,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(self._prepare_call_doc)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        *args: Any,
        **options: Any,
    ) -> None:
        """Register a route; one that does not say first who may call it is refused.

        Raises:
            TypeError: ``access`` is missing or not the outermost decorator.
        """
        if view_func is not None:
            require_access(view_func)
        super().add_url_rule(rule, endpoint, view_func, *args, **options)

    def arguments(
        self, schema: Any, *, location: str = "json", **kwargs: Any
    ) -> Callable[[View], View]:
        """Parse and check a body (``json``, ``json_or_form``) or the ``query``.

        Args:
            schema: class or instance of a marshmallow schema; its result is the view's
                next positional argument.
            location: where the values are.
            kwargs: ``description``, ``example`` and others of flask-smorest.
        """
        if isinstance(schema, type):
            schema = schema()  # once; for a class, one would be made at every call
        if not _requires_any(schema):
            kwargs.setdefault("required", False)
        parse: Callable[[View], View] = super().arguments(schema, location=location, **kwargs)
        if location not in _BODY_LOCATIONS:
            return parse
        document = self.problems(400, 413, 415)
        return lambda view: document(parse(view))

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register the view under this rule; ``methods`` as in Flask."""
        return cast(Callable[[View], View], super().route(rule, **options))

    def response(
        self, status_code: int, schema: Any = None, **kwargs: Any
    ) -> Callable[[View], View]:
        """Serialise what the view returns with a schema, under this status."""
        return cast(Callable[[View], View], super().response(status_code, schema, **kwargs))

    def alt_response(self, status_code: int, *args: Any, **kwargs: Any) -> Callable[[View], View]:
        """Document another answer than the usual one."""
        return cast(Callable[[View], View], super().alt_response(status_code, *args, **kwargs))

    def problems(self, *statuses: int) -> Callable[[View], View]:
        """Document the errors of a route; 401, 403, 422 and body errors come by themselves."""

        def decorator(view: View) -> View:
            for status in statuses:
                view = self.alt_response(status, HTTPStatus(status).name)(view)
            return view

        return decorator

    def needs_if_match(self, view: View) -> View:
        """Document that the view calls ``require_if_match``."""
        return self.problems(412, 428)(_with_header(view, "If-Match", required=True))

    def may_be_unchanged(self, view: View) -> View:
        """Document that the view calls ``not_modified``."""
        unchanged = self.alt_response(304, description="Not changed since that ETag")
        return unchanged(_with_header(view, "If-None-Match", required=False))

    def _prepare_arguments_doc(self, doc: Any, doc_info: Any, **kwargs: Any) -> Any:
        parameters = doc_info.get("arguments", {}).get("parameters", [])
        takes_form = any(parameter.get("in") == "json_or_form" for parameter in parameters)
        doc = super()._prepare_arguments_doc(doc, doc_info, **kwargs)
        if takes_form:
            content = doc["requestBody"]["content"]
            content[FORM_TYPE] = {"schema": deepcopy(content[_JSON_TYPE]["schema"])}
        return doc

    @staticmethod
    def _prepare_call_doc(doc: Any, doc_info: Any, *, method: str, **_: Any) -> Any:
        doc.setdefault("parameters", []).extend(doc_info.get("headers", []))
        return describe_access(doc, doc_info["access"], method)


def _with_header(view: View, name: str, *, required: bool) -> View:
    """Note a request header in a view's documentation."""
    documented = deepcopy(getattr(view, "_apidoc", {}))
    header = {"in": "header", "name": name, "required": required, "schema": {"type": "string"}}
    documented.setdefault("headers", []).append(header)
    view._apidoc = documented  # type: ignore[attr-defined]
    return view


def _requires_any(schema: Any) -> bool:
    fields = (schema() if isinstance(schema, type) else schema).fields
    return any(field.required for field in fields.values())
