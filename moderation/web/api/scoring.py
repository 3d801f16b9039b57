"""Scores for other programs."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from moderation.services.score_texts import TEXT_MAX, TEXTS_MAX
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.fields import Schema, Text
from moderation.web.api.review_schemas import ModelForm
from moderation.web.auth import access
from moderation.web.context import services

blueprint = Blueprint(
    "scoring",
    __name__,
    url_prefix="/api/v1/score",
    description="For programs with a token: scores of texts; nothing is stored.",
)


class ScoreRequest(Schema):
    """The texts to score."""

    texts = fields.List(
        Text(max_length=TEXT_MAX, strip=False),
        required=True,
        validate=ma.validate.Length(
            min=1, max=TEXTS_MAX, error=f"Must have 1 to {TEXTS_MAX} texts."
        ),
    )


class TextScore(Schema):
    """Scores of one text; long ones are read whole, so none is truncated."""

    scores = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    truncated = fields.Boolean(required=True)


class ScoreAnswer(Schema):
    """Scores in the order of the texts."""

    model = fields.Nested(ModelForm, required=True)
    results = fields.List(fields.Nested(TextScore), required=True)


@blueprint.route("", methods=["POST"])
@access("any_token")
@blueprint.arguments(ScoreRequest)
@blueprint.response(200, ScoreAnswer)
@blueprint.problems(503)
def score(sent: dict[str, Any]) -> dict[str, Any]:
    """Score up to 128 texts."""
    scored = services().score_texts(sent["texts"])
    return {
        "model": scored[0].model,
        "results": [{"scores": one.scores.values, "truncated": False} for one in scored],
    }
