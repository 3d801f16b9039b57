"""OpenAPI 3.1 from the routes, at ``/openapi.json``, with problem documents as errors."""

from __future__ import annotations

import threading
from http import HTTPStatus
from typing import Any, cast

import flask_smorest
from flask import Blueprint, Flask, Response, json
from flask_smorest import current_api
from marshmallow.fields import Field
from werkzeug.exceptions import HTTPException

from moderation import __version__
from moderation.web.access_rules import ACCESS_RULES, AccessName
from moderation.web.api.fields import MapOf
from moderation.web.auth import CSRF_HEADER, SESSION_COOKIE, access
from moderation.web.errors import answer_http
from moderation.web.problem import PROBLEM_TYPE, ProblemSchema

TITLE = "Comment moderation"
_RETRY_AFTER = {
    "description": "Seconds after which the same call may succeed.",
    "schema": {"type": "string", "pattern": "^[0-9]+$"},
}
_SECURITY_SCHEMES: dict[str, dict[str, str]] = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token made by an admin."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "The cookie set by POST /api/v1/session.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "Needed with the cookie for every change.",
    },
}

blueprint = Blueprint("openapi", __name__)


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest's API with our error documents, described when somebody first asks.

    Describing all routes takes longer than everything else that an application does before
    it serves.
    """

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask, spec_kwargs: dict[str, Any]) -> None:
        self._undescribed: list[flask_smorest.Blueprint] = []
        self._errors_described = False
        self._describing = threading.Lock()
        super().__init__(app, spec_kwargs=spec_kwargs)

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer in our own shape instead of flask-smorest's."""
        return answer_http(error)

    def register_blueprint(self, blueprint: flask_smorest.Blueprint) -> None:
        """Serve a blueprint's routes, and note that they are to be described."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undescribed.append(blueprint)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document of all routes."""
        with self._describing:
            if not self._errors_described:
                self._describe_errors()
                self._errors_described = True
            while self._undescribed:
                blueprint = self._undescribed[0]
                blueprint.register_views_in_doc(
                    self, self._app, self.spec, name=blueprint.name, parameters=None
                )
                self.spec.tag({"name": blueprint.name, "description": blueprint.description})
                self._undescribed.pop(0)
            return cast("dict[str, Any]", self.spec.to_dict())

    def _register_responses(self) -> None:
        """Nothing yet: flask-smorest calls this before there is anything to describe."""

    def _describe_errors(self) -> None:
        for status in HTTPStatus:
            self.spec.components.response(status.name, _error(status), lazy=True)
        default = {"description": "Any other error", "content": _problem_content()}
        self.spec.components.response(self.DEFAULT_ERROR_RESPONSE_NAME, default, lazy=True)


def _problem_content() -> dict[str, Any]:
    # A new one each time: apispec replaces the schema in it by a reference.
    return {PROBLEM_TYPE: {"schema": ProblemSchema}}


def _error(status: HTTPStatus) -> dict[str, Any]:
    response: dict[str, Any] = {"description": status.phrase}
    if status >= 400:
        response["content"] = _problem_content()
    if status in (429, 503):
        response["headers"] = {"Retry-After": dict(_RETRY_AFTER)}
    return response


def make_api(app: Flask, base_url: str) -> Api:
    """Attach the documentation to the application; blueprints register on the result.

    Args:
        app: the application.
        base_url: where clients reach it.
    """
    # flask-smorest's own pages load scripts from elsewhere, so they stay off.
    app.config["OPENAPI_URL_PREFIX"] = None
    description = "Comments are checked, scored on this machine, and published or queued."
    api = Api(
        app,
        spec_kwargs={
            "title": TITLE,
            "version": __version__,
            "openapi_version": "3.1.0",
            "info": {"description": description},
            "servers": [{"url": base_url}],
        },
    )
    api.ma_plugin.converter.add_attribute_function(_names_of_map)
    for name, scheme in _SECURITY_SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    app.register_blueprint(blueprint)
    app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = api
    return api


def _names_of_map(converter: Any, field: Field[Any], **_: Any) -> dict[str, Any]:
    """Document which names a ``MapOf`` takes; apispec describes its values only."""
    if not isinstance(field, MapOf) or field.key_field is None:
        return {}
    return {"propertyNames": converter.field2property(field.key_field)}


def describe_access(doc: dict[str, Any], name: AccessName, method: str) -> dict[str, Any]:
    """Add who may call to an operation: security, the errors that follow, words."""
    rule = ACCESS_RULES[name]
    doc["x-access"] = {"rule": name, "who": rule.who}
    doc["security"] = _security(name, method)
    responses = doc.setdefault("responses", {})
    responses.setdefault(401, HTTPStatus.UNAUTHORIZED.name)
    if not rule.is_public:
        responses.setdefault(403, HTTPStatus.FORBIDDEN.name)
    return doc


def _security(name: AccessName, method: str) -> list[dict[str, list[str]]]:
    rule = ACCESS_RULES[name]
    by_token: dict[str, list[str]] = {"token": []}
    if rule.is_public:
        return [{}, by_token]
    changes = method.upper() not in ("GET", "HEAD", "OPTIONS")
    by_session: dict[str, list[str]] = {"session": []}
    if changes:
        by_session["csrf"] = []
    return [by_session] if rule.users_only else [by_token, by_session]


@blueprint.route("/openapi.json")
@access("public")
def openapi_json() -> Response:
    """The document for programs."""
    text = json.dumps(current_api.document(), indent=2, sort_keys=False)
    return Response(text, content_type="application/json")
