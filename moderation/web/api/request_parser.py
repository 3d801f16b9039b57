"""How bodies and query strings reach the schemas: strict types, one error shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from moderation.errors import InvalidInput, Malformed
from moderation.web.errors import UnsupportedMediaType
from moderation.web.field_errors import dotted
from moderation.web.form_body import read_form
from moderation.web.json_body import read_json

FORM_TYPE = "application/x-www-form-urlencoded"
CSRF_FIELD = "csrf_token"
_CHARSETS = ("utf-8", "utf8", "us-ascii")


class RequestParser(FlaskParser):
    """Loads the locations ``json``, ``json_or_form`` and ``query`` by our own readers."""

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """A JSON object, whatever the bytes; see ``json_body``."""
        return _json_object(req, schema, f"{_JSON_TYPE} is")

    def load_json_or_form(self, req: Request, schema: ma.Schema) -> Any:
        """A JSON object or a URL-encoded form, by the Content-Type."""
        if req.mimetype == FORM_TYPE:
            return _form(req, schema)
        return _json_object(req, schema, f"{_JSON_TYPE} and {FORM_TYPE} are")

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """The query parameters that the schema knows; others are ignored."""
        known = {_wire_name(name, field) for name, field in schema.fields.items()}
        pairs = [(name, value) for name, value in req.args.items(multi=True) if name in known]
        return _from_texts(MultiDict(pairs), schema)

    def _on_validation_error(self, error: ma.ValidationError, *_: Any, **__: Any) -> NoReturn:
        raise InvalidInput(dotted(error.messages)) from None


_JSON_TYPE = "application/json"


def read_body(req: Request) -> bytes:
    """The whole body.

    Raises:
        RequestEntityTooLarge: more than ``MAX_CONTENT_LENGTH``, announced or not.
    """
    raw = req.get_data(cache=True)
    # A chunked body is cut at the limit; only the next read tells that there was more.
    if req.content_length is None and req.stream.read(1):
        raise RequestEntityTooLarge
    return raw


def require_readable(req: Request, accepted: str) -> None:
    """Refuse a body in an encoding or charset that is not read here.

    Args:
        accepted: which types the route takes, as the beginning of a sentence.

    Raises:
        UnsupportedMediaType: the body is compressed or not UTF-8.
    """
    charset = req.mimetype_params.get("charset", "utf-8").lower()
    encoding = req.headers.get("Content-Encoding", "identity").lower()
    if charset not in _CHARSETS or encoding != "identity":
        raise UnsupportedMediaType(f"{accepted} accepted here, in UTF-8 and not compressed.")


def _json_object(req: Request, schema: ma.Schema, accepted: str) -> dict[str, Any]:
    raw = read_body(req)
    if not raw and not req.mimetype and not _required(schema):
        return {}
    if raw or req.mimetype:
        if not _is_json(req.mimetype):
            raise UnsupportedMediaType(f"{accepted} accepted here.")
        require_readable(req, accepted)
    if not raw.strip():
        if not _required(schema):
            return {}
        raise Malformed("The body is empty; a JSON object is expected.")
    value = read_json(raw)
    if not isinstance(value, dict):
        raise Malformed("The body must be a JSON object.")
    return value


def _is_json(mimetype: str) -> bool:
    return mimetype == _JSON_TYPE or (
        mimetype.startswith("application/") and mimetype.endswith("+json")
    )


def _required(schema: ma.Schema) -> bool:
    return any(field.required for field in schema.fields.values())


def _form(req: Request, schema: ma.Schema) -> dict[str, Any]:
    require_readable(req, f"{FORM_TYPE} is")
    sent = read_form(read_body(req))
    # The CSRF token is the transport's, not the schema's; auth.py has checked it.
    sent.poplist(CSRF_FIELD)
    return _from_texts(sent, schema)


def _from_texts(sent: MultiDict[str, str], schema: ma.Schema) -> dict[str, Any]:
    """Turn texts into what the schema's fields expect.

    A field left empty in a form is one that was not filled in, so an empty value of an
    optional field counts as absent.

    Raises:
        InvalidInput: a field that takes one value came more than once.
    """
    fields = {_wire_name(name, field): field for name, field in schema.fields.items()}
    values: dict[str, Any] = {}
    repeated: dict[str, list[str]] = {}
    for name, texts in sent.lists():
        field = fields.get(name)
        if isinstance(field, ma.fields.List):
            values[name] = [_typed(field.inner, text) for text in texts]
        elif len(texts) > 1:
            repeated[name] = ["Given more than once."]
        elif texts[0] or field is None or field.required:
            values[name] = _typed(field, texts[0])
    if repeated:
        raise InvalidInput(dotted(repeated))
    return values


def _typed(field: ma.fields.Field[Any] | None, text: str) -> Any:
    from_text = getattr(field, "from_text", None)
    return from_text(text) if from_text else text


def _wire_name(name: str, field: ma.fields.Field[Any]) -> str:
    return field.data_key if field.data_key is not None else name


def body_fields(req: Request) -> Mapping[str, str]:
    """The fields of a URL-encoded form, for whoever needs one before the schema does."""
    if req.mimetype != FORM_TYPE:
        return {}
    return read_form(read_body(req))
