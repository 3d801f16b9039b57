"""What moderators see of readers' reports and of an author's appeal."""

from __future__ import annotations

from marshmallow import fields

from moderation.web.api.fields import Schema
from moderation.web.api.timestamps import Timestamp


class AppealForm(Schema):
    """What its author said against the rejection."""

    message = fields.String(required=True)
    at = Timestamp(required=True)
    for_others = fields.Boolean(
        required=True,
        metadata={"description": "One rejected it oneself, and somebody else can decide."},
    )


class ReportForm(Schema):
    """What one reader reported."""

    reason = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    at = Timestamp(required=True)
