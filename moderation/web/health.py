"""Whether the process lives and whether it can work; for supervisors and load balancers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import MapOf, Schema
from moderation.web.auth import access
from moderation.web.context import services

blueprint = Blueprint("operation", __name__, description="Is it alive, can it work.")


class Alive(Schema):
    """The process answers."""

    status = fields.String(required=True)


class Part(Schema):
    """One thing the service needs."""

    ok = fields.Boolean(required=True)
    detail = fields.String(required=True)


class Ready(Schema):
    """All parts, each with its state."""

    status = fields.String(required=True, metadata={"enum": ["ok", "not_ready"]})
    parts = MapOf(keys=fields.String(), values=fields.Nested(Part), required=True)


@blueprint.route("/healthz")
@access("public")
@blueprint.response(200, Alive)
def healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@blueprint.route("/readyz")
@access("public")
@blueprint.response(200, Ready)
@blueprint.alt_response(503, schema=Ready, description="Some part cannot work")
def readyz() -> tuple[dict[str, Any], int]:
    """The store can be written and comments can be scored."""
    parts = {
        part: {"ok": ok, "detail": detail} for part, ok, detail in services().readiness.check()
    }
    ready = all(part["ok"] for part in parts.values())
    answer = {"status": "ok" if ready else "not_ready", "parts": parts}
    return answer, 200 if ready else 503
