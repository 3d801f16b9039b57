"""What admins call to have a site answer Coral's external moderation phase."""

from __future__ import annotations

from typing import Any

from flask import current_app
from marshmallow import fields

from moderation.services.manage_coral import SECRET_MAX, SECRET_MIN, PhaseView
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Schema, StrictBoolean, Text
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "coral_phase",
    __name__,
    url_prefix="/api/v1/sites",
    description="For admins: answering Coral's external moderation phase.",
)


class CoralForm(Schema):
    """How a site answers Coral; the secret is never shown."""

    enabled = fields.Boolean(required=True)
    keep_comments = fields.Boolean(required=True)
    url = fields.String(required=True, metadata={"description": "What Coral is to call."})


class CoralChange(Schema):
    """Coral's secret, and whether the comments that it asks about are stored here."""

    signing_secret = Text(
        min_length=SECRET_MIN,
        max_length=SECRET_MAX,
        metadata={"description": "As Coral's admin page shows it; left out, it stays."},
    )
    keep_comments = StrictBoolean(load_default=False)


@blueprint.route("/<site>/coral", methods=["GET"])
@access("admin")
@blueprint.response(200, CoralForm)
@blueprint.problems(404, 503)
def read_coral(site: str) -> dict[str, Any]:
    """Whether the site answers Coral."""
    return _form(site, services().coral.phase(current_principal(), site))


@blueprint.route("/<site>/coral", methods=["PUT"])
@access("admin")
@blueprint.arguments(CoralChange)
@blueprint.response(200, CoralForm)
@blueprint.problems(404, 503)
def change_coral(sent: dict[str, Any], site: str) -> dict[str, Any]:
    """Answer Coral from now on."""
    view = services().coral.set_phase(
        current_principal(),
        site,
        sent.get("signing_secret"),
        keep_comments=sent["keep_comments"],
    )
    return _form(site, view)


@blueprint.route("/<site>/coral", methods=["DELETE"])
@access("admin")
@blueprint.response(204)
@blueprint.problems(404, 503)
def remove_coral(site: str) -> None:
    """Forget the secret and answer no more."""
    services().coral.end_phase(current_principal(), site)


def _form(site: str, view: PhaseView) -> dict[str, Any]:
    url = f"{current_app.config['BASE_URL']}/coral/{site}"
    return {"enabled": view.enabled, "keep_comments": view.keep_comments, "url": url}
