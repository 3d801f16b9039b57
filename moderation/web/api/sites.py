"""What admins call to keep the list of sites."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from moderation.domain.site_settings import LANGUAGE, NAMES, RANGES, SWITCHES
from moderation.reader_texts import languages
from moderation.services.views import SiteView
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Schema, Text
from moderation.web.api.idempotency import idempotency_key
from moderation.web.api.paging import PageQuery, one_page
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "sites",
    __name__,
    url_prefix="/api/v1/sites",
    description="For admins: the sites and their settings.",
)


def _setting(name: str) -> fields.Field[Any]:
    if name in SWITCHES:
        return fields.Raw(metadata={"type": "boolean"})
    if name == LANGUAGE:
        return fields.Raw(metadata={"type": "string", "enum": list(languages())})
    low, high, nullable = RANGES[name]
    kind: str | list[str] = ["integer", "null"] if nullable else "integer"
    return fields.Raw(allow_none=True, metadata={"type": kind, "minimum": low, "maximum": high})


# The settings stand beside the other fields, as the policy's do.
Settings = Schema.from_dict({name: _setting(name) for name in NAMES}, name="SiteSettings")


class SiteForm(Settings):  # type: ignore[misc, valid-type]
    """A site and its settings."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    origins = fields.List(fields.String(), required=True)
    created_at = Timestamp(required=True)


class SiteChange(Settings):  # type: ignore[misc, valid-type]
    """Fields to change; one that is left out keeps its value."""

    name = Text(min_length=1, max_length=200)
    origins = fields.List(Text(max_length=300))
    settings = fields.Nested(
        Settings, metadata={"description": "The settings may also be sent in an object."}
    )


class NewSite(SiteChange):
    """A site to make."""

    slug = Text(required=True, max_length=63)
    name = Text(required=True, min_length=1, max_length=200)
    origins = fields.List(Text(max_length=300), required=True)


class SiteList(Schema):
    """A part of the sites, by slug."""

    items = fields.List(fields.Nested(SiteForm), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.route("", methods=["GET"])
@access("admin")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, SiteList)
@blueprint.problems(503)
def read_sites(query: dict[str, Any]) -> dict[str, Any]:
    """All sites."""
    found = one_page("sites", query["cursor"], query["limit"], services().sites.page, key="slug")
    return {**found, "items": [_form(view) for view in found["items"]]}


@blueprint.route("", methods=["POST"])
@access("admin")
@blueprint.arguments(NewSite)
@blueprint.response(201, SiteForm)
@blueprint.problems(409, 503)
def create_site(sent: dict[str, Any]) -> dict[str, Any]:
    """Make a site with the default policy."""
    view = services().sites.create(
        current_principal(),
        sent["slug"],
        sent["name"],
        sent["origins"],
        _settings_in(sent),
        idempotency_key(),
    )
    return _form(view)


@blueprint.route("/<site>", methods=["GET"])
@access("admin")
@blueprint.response(200, SiteForm)
@blueprint.problems(404, 503)
def read_site(site: str) -> dict[str, Any]:
    """One site."""
    return _form(services().sites.get(current_principal(), site))


@blueprint.route("/<site>", methods=["PATCH"])
@access("admin")
@blueprint.arguments(SiteChange)
@blueprint.response(200, SiteForm)
@blueprint.problems(404, 503)
def change_site(sent: dict[str, Any], site: str) -> dict[str, Any]:
    """Change some of name, origins and settings."""
    wanted: dict[str, Any] = {name: sent[name] for name in ("name", "origins") if name in sent}
    view = services().sites.change(
        current_principal(), site, {**wanted, "settings": _settings_in(sent)}
    )
    return _form(view)


def _settings_in(sent: dict[str, Any]) -> dict[str, Any]:
    flat = {name: sent[name] for name in NAMES if name in sent}
    return {**sent.get("settings", {}), **flat}


def _form(view: SiteView) -> dict[str, Any]:
    return {
        "id": view.id,
        "slug": view.slug,
        "name": view.name,
        "origins": list(view.origins),
        "created_at": view.created_at,
        **view.settings,
    }
