"""What admins call to read and change a site's policy."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import request
from marshmallow import fields

from moderation.services.views import PolicyView
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.conditional import etag_header, require_if_match
from moderation.web.api.fields import Schema, StrictInteger, Text
from moderation.web.api.idempotency import idempotency_key
from moderation.web.api.paging import PageQuery, one_page
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "policy",
    __name__,
    url_prefix="/api/v1/sites/<site>/policy",
    description="For admins: when a comment is published, held or rejected.",
)


class ThresholdForm(Schema):
    """At or above ``queue_at`` a person decides; at or above ``reject_at`` nobody has to."""

    queue_at = fields.Float(allow_none=True)
    reject_at = fields.Float(allow_none=True)


class PolicyForm(Schema):
    """A version of a policy."""

    version = fields.Integer(required=True)
    mode = fields.String(required=True, metadata={"enum": ["thresholds", "hold_all"]})
    thresholds = fields.Dict(
        keys=fields.String(), values=fields.Nested(ThresholdForm), required=True
    )
    max_links = fields.Integer(required=True, allow_none=True)
    suspect_words = fields.List(fields.String(), required=True)
    blocked_words = fields.List(fields.String(), required=True)
    hold_first_comment = fields.Boolean(required=True)
    scorer_down = fields.String(required=True, metadata={"enum": ["queue"]})
    audit_rate = fields.Float(required=True)
    note = fields.String(required=True)
    author = fields.String(required=True)
    created_at = Timestamp(required=True)


class PolicyChange(Schema):
    """Fields to change; one that is left out keeps its value.

    The values are checked by the domain, which names each fault
    (``thresholds.toxicity.queue_at``).
    """

    version = fields.Raw(metadata={"description": "Ignored."})
    mode = fields.Raw(metadata={"enum": ["thresholds", "hold_all"]})
    thresholds = fields.Raw(
        metadata={"type": "object", "description": "Replaced whole; any Detoxify label."}
    )
    max_links = fields.Raw(allow_none=True, metadata={"type": ["integer", "null"]})
    suspect_words = fields.Raw(metadata={"type": "array", "items": {"type": "string"}})
    blocked_words = fields.Raw(metadata={"type": "array", "items": {"type": "string"}})
    hold_first_comment = fields.Raw(metadata={"type": "boolean"})
    scorer_down = fields.Raw(metadata={"enum": ["queue"]})
    audit_rate = fields.Raw(metadata={"type": "number", "minimum": 0, "maximum": 1})
    note = fields.Raw(allow_none=True, metadata={"type": ["string", "null"]})


class VersionList(Schema):
    """Versions, newest first."""

    items = fields.List(fields.Nested(PolicyForm), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class RollbackRequest(Schema):
    """The version to put in force again."""

    version = StrictInteger(required=True, minimum=1, maximum=2**31 - 1)
    note = Text(allow_none=True, load_default=None, max_length=1000)


@blueprint.route("", methods=["GET"])
@access("admin")
@blueprint.response(200, PolicyForm)
@blueprint.problems(404, 503)
def read_policy(site: str) -> Any:
    """The version in force; its number is the ETag."""
    return policy_answer(services().policies.current(current_principal(), site))


@blueprint.route("", methods=["PUT"])
@access("admin")
@blueprint.arguments(PolicyChange)
@blueprint.response(200, PolicyForm)
@blueprint.problems(404, 503)
@blueprint.needs_if_match
def change_policy(sent: dict[str, Any], site: str) -> Any:
    """Make a new version from the one in force; old versions stay."""
    view = services().policies.replace(
        current_principal(),
        site,
        sent,
        lambda version: require_if_match(request, version),
        idempotency_key(),
    )
    return policy_answer(view)


@blueprint.route("/versions", methods=["GET"])
@access("admin")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, VersionList)
@blueprint.problems(404, 503)
def read_versions(query: dict[str, Any], site: str) -> dict[str, Any]:
    """All versions: who made them, when, with which note."""
    found = one_page(
        "policy-versions",
        query["cursor"],
        query["limit"],
        partial(services().policies.versions, current_principal(), site),
        key="version",
        kind=int,
    )
    return {**found, "items": [_form(view) for view in found["items"]]}


@blueprint.route("/rollback", methods=["POST"])
@access("admin")
@blueprint.arguments(RollbackRequest)
@blueprint.response(200, PolicyForm)
@blueprint.problems(404, 503)
def roll_back(sent: dict[str, Any], site: str) -> Any:
    """Put an old version in force again, as a new one."""
    view = services().policies.roll_back(current_principal(), site, **sent, key=idempotency_key())
    return policy_answer(view)


def _form(view: PolicyView) -> dict[str, Any]:
    return {
        **view.rules,
        "version": view.version,
        "note": view.note,
        "author": view.author,
        "created_at": view.created_at,
    }


def policy_answer(view: PolicyView) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A version with its ETag."""
    return _form(view), 200, etag_header(view.version)
