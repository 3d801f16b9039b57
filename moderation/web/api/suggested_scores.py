"""What admins call to see the scores that Perspective's clients suggested."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Schema
from moderation.web.api.paging import PageQuery, one_page
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "suggested_scores",
    __name__,
    url_prefix="/api/v1/sites",
    description="For admins: verdicts that came over comments:suggestscore.",
)


class SuggestedScoreForm(Schema):
    """What a text should have scored, beside what the model gave it; never the text."""

    id = fields.String(required=True)
    created_at = Timestamp(required=True)
    text_key = fields.String(required=True, metadata={"description": "SHA-256 of the text."})
    suggested = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    verdict = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "approved or rejected, where the scores are a plain 0 or 1."},
    )
    scores = fields.Dict(
        keys=fields.String(), values=fields.Float(), required=True, allow_none=True
    )
    model = fields.String(required=True, allow_none=True)


class SuggestionList(Schema):
    """A part of a site's suggestions, oldest first."""

    items = fields.List(fields.Nested(SuggestedScoreForm), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.route("/<site>/suggested-scores", methods=["GET"])
@access("admin")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, SuggestionList)
@blueprint.problems(404, 503)
def read_suggested_scores(query: dict[str, Any], site: str) -> dict[str, Any]:
    """What clients of comments:suggestscore said about texts."""
    who, read = current_principal(), services().suggested_scores
    return one_page(
        "suggested",
        query["cursor"],
        query["limit"],
        lambda after, limit: read(who, site, after or "", limit),
    )
