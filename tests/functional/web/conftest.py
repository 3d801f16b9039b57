"""A small application on the web foundation alone, with fake services behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from marshmallow import fields, validate

from moderation.domain.principals import Principal
from moderation.errors import Unauthenticated
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.conditional import etag_header, etag_of, not_modified, require_if_match
from moderation.web.api.fields import (
    Choice,
    MapOf,
    Schema,
    StrictBoolean,
    StrictInteger,
    StrictNumber,
    Text,
)
from moderation.web.auth import access, current_principal
from moderation.web.cors import site_cors
from moderation.web.install import install_web
from moderation.web.limits import PUBLIC_SUBMISSION, limited

ADMIN = Principal("user", "u-admin", "Ada", "admin")
MODERATOR = Principal("user", "u-mod", "Mo", "moderator", frozenset({"s1"}))
TOKENS = {
    f"{role}-token": Principal("token", f"t-{role}", role, role, frozenset({"s1"}))
    for role in ("site", "moderator", "admin")
}
ORIGIN = "https://news.example"


AppMaker = Callable[..., Flask]


@dataclass(frozen=True)
class FakeSignedIn:
    """As much of a signed-in person as the foundation uses."""

    principal: Principal
    email: str
    stamp: str
    sites: tuple[str, ...] = ("demo",)


class FakeAuthenticate:
    """Two people whose password is "correct horse"; the stamp counts password changes."""

    def __init__(self) -> None:
        self.stamps = {"u-admin": "1", "u-mod": "1"}
        self.people = {"ada@example.org": ADMIN, "mo@example.org": MODERATOR}

    def by_token(self, token: str) -> Principal | None:
        return TOKENS.get(token)

    def by_password(self, email: str, password: str) -> FakeSignedIn:
        person = self.people.get(email)
        if person is None or password != "correct horse":
            raise Unauthenticated("Email and password do not match.", code="bad_credentials")
        return FakeSignedIn(person, email, self.stamps[person.id])

    def by_session(self, user_id: str, stamp: str) -> FakeSignedIn | None:
        for email, person in self.people.items():
            if person.id == user_id and self.stamps[user_id] == stamp:
                return FakeSignedIn(person, email, stamp)
        return None

    def change_password(self, user_id: str, current: str, new: str) -> str:
        if current != "correct horse":
            raise Unauthenticated("That is not the present password.", code="bad_credentials")
        self.stamps[user_id] = "2"
        return "2"


class FakeServices:
    """As much of the services as the foundation uses."""

    def __init__(self) -> None:
        self.authenticate = FakeAuthenticate()
        self.sites = SimpleNamespace(
            origins_of=lambda slug: frozenset({ORIGIN}) if slug == "demo" else None
        )
        self.parts = [("store", True, "writable"), ("scorer", True, "compact 1")]
        self.readiness = SimpleNamespace(check=lambda: self.parts)


class Threshold(Schema):
    """Nested in a map."""

    queue_at = StrictNumber(minimum=0, maximum=1, allow_none=True)


class Item(Schema):
    """Nested in a list."""

    id = Text(required=True, min_length=1, max_length=36)


class Everything(Schema):
    """One field of each kind."""

    name = Text(required=True, min_length=1, max_length=10)
    count = StrictInteger(minimum=1, maximum=50)
    ratio = StrictNumber()
    flag = StrictBoolean()
    order = Choice(("oldest", "newest"))
    website = Text(max_length=200)
    tags = fields.List(Text(max_length=5), validate=validate.Length(max=3))
    items = fields.List(fields.Nested(Item))
    thresholds = MapOf(keys=Text(max_length=20), values=fields.Nested(Threshold))


class Page(Schema):
    """What a list takes; nothing is required."""

    limit = StrictInteger(minimum=1, maximum=100, load_default=25)
    min_score = StrictNumber(minimum=0, maximum=1)
    page_url = fields.List(Text(max_length=2000))
    name = Text(max_length=10)


class Echo(Schema):
    """What arrived."""

    got = fields.Raw(required=True)
    by = fields.String()


demo = Blueprint("demo", __name__, url_prefix="/api/v1", description="For tests.")


@demo.route("/json", methods=["POST"])
@access("any_token")
@demo.arguments(Everything)
@demo.response(200, Echo)
@demo.problems(404, 409)
def take_json(body: dict[str, Any]) -> dict[str, Any]:
    """Take a JSON body."""
    return {"got": body, "by": current_principal().key}


@demo.route("/optional", methods=["PUT"])
@access("moderator")
@demo.arguments(Page)
@demo.response(200, Echo)
def take_optional(body: dict[str, Any]) -> dict[str, Any]:
    """Take a body in which nothing is required."""
    return {"got": body}


@demo.route("/query")
@access("public")
@demo.arguments(Page, location="query")
@demo.response(200, Echo)
def take_query(query: dict[str, Any]) -> dict[str, Any]:
    """Take a query string."""
    return {"got": query}


@demo.route("/sites/<site>/comments", methods=["POST"])
@site_cors
@access("public")
@limited(PUBLIC_SUBMISSION, strangers_only=True)
@demo.arguments(Everything, location="json_or_form")
@demo.response(201, Echo)
@demo.problems(404, 409, 429)
def submit(body: dict[str, Any], site: str) -> dict[str, Any]:
    """Take a comment as JSON or a form."""
    return {"got": body, "by": current_principal().key}


@demo.route("/sites/<site>/policy", methods=["PUT"])
@access("admin")
@demo.needs_if_match
@demo.response(200, Echo)
def change_policy(site: str) -> Any:
    """Change version 7."""
    require_if_match(request, 7)
    return {"got": site}, 200, etag_header(8)


@demo.route("/sites/<site>/list")
@access("public")
@demo.may_be_unchanged
@demo.response(200, Echo)
def read_list(site: str) -> Any:
    """A list with an ETag."""
    page = {"got": [site]}
    tag = etag_of(page)
    return not_modified(tag) or (page, 200, etag_header(tag))


@demo.route("/reviews", methods=["POST"])
@access("moderator")
@demo.arguments(Item, location="json_or_form")
@demo.response(200, Echo)
def reviews(body: dict[str, Any]) -> dict[str, Any]:
    """A change by a moderator."""
    return {"got": body, "by": current_principal().key}


@pytest.fixture
def make_app() -> AppMaker:
    """Make an application with further blueprints and options of ``install_web``."""
    return _make_app


@pytest.fixture
def app() -> Flask:
    """The application without rate limits."""
    return _make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()


@pytest.fixture
def bearer() -> Callable[[str], dict[str, str]]:
    """The header with a token of this role."""
    return lambda role: {"Authorization": f"Bearer {role}-token"}


@pytest.fixture
def sign_in() -> Callable[..., str]:
    """Sign a person in; gives the CSRF token."""

    def sign(client: FlaskClient, email: str = "ada@example.org") -> str:
        credentials = {"email": email, "password": "correct horse"}
        answer = client.post("/api/v1/session", json=credentials)
        assert answer.status_code == 200
        return str(answer.json["csrf_token"])  # type: ignore[index]

    return sign


def _make_app(*blueprints: Blueprint, **settings: Any) -> Flask:
    app = Flask("moderation.web")
    app.secret_key = "k" * 32
    app.extensions["moderation"] = FakeServices()
    options: dict[str, Any] = {
        "base_url": "http://localhost",
        "trusted_proxies": 0,
        "rate_limits": False,
        "rate_limit_storage": "memory://",
    }
    api = install_web(app, **(options | settings))
    for blueprint in (demo, *blueprints):
        api.register_blueprint(blueprint)
    return app
