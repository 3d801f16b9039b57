"""What submissions look like, and what readers get."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import marshmallow as ma
from marshmallow import fields

from moderation.domain.site_settings import RANGES
from moderation.domain.submission import (
    EMAIL_MAX,
    NAME_MAX,
    TITLE_MAX,
    clean_body,
    clean_line,
    clean_name,
)
from moderation.domain.web_addresses import PAGE_URL_MAX, WEBSITE_MAX, origin_of, website
from moderation.services.email_address import check_email
from moderation.services.views import PublicComment
from moderation.web.api.fields import Choice, Schema, StrictInteger, Text
from moderation.web.api.timestamps import Timestamp
from moderation.web.markup import render_body

REPORT_REASON_MAX = 100
REPORT_NOTE_MAX = 1_000


def by_rule(rule: Callable[[str], Any]) -> Callable[[str], None]:
    """A rule of the domain as a validator, so that all faults are told at once."""

    def validate(value: str) -> None:
        try:
            rule(value)
        except ValueError as error:
            raise ma.ValidationError(str(error)) from None

    return validate


def _website(value: str) -> None:
    if value:
        website(value)


class Submission(Schema):
    """A comment as a reader sends it."""

    name = Text(
        required=True,
        validate=by_rule(clean_name),
        metadata={"minLength": 1, "maxLength": NAME_MAX},
    )
    email = Text(
        required=True,
        validate=by_rule(check_email),
        metadata={"format": "email", "maxLength": EMAIL_MAX, "description": "Never published."},
    )
    body = Text(
        required=True,
        # The site's own limit is known to the service only.
        validate=by_rule(partial(clean_body, body_max=RANGES["body_max"].high)),
        metadata={
            "minLength": 1,
            "description": "At most 10,000 characters, or what the site says.",
        },
    )
    page_url = Text(
        required=True,
        max_length=PAGE_URL_MAX,
        validate=by_rule(origin_of),
        metadata={"format": "uri", "description": "On one of the site's origins."},
    )
    page_title = Text(allow_none=True, load_default=None, max_length=TITLE_MAX)
    website = Text(
        allow_none=True,
        load_default=None,
        max_length=WEBSITE_MAX,
        validate=by_rule(_website),
        metadata={"format": "uri", "description": "http or https."},
    )
    parent_id = Text(
        allow_none=True,
        load_default=None,
        max_length=100,
        metadata={"description": "The published comment that this one answers."},
    )


class SubmissionQuery(Schema):
    """Whether the writer may be asked to reword."""

    nudge = Choice(
        ("0", "1"),
        load_default="0",
        metadata={"description": "1: a comment that would be held for its tone is not stored yet."},
    )


class NudgeAnswer(Schema):
    """Nothing is stored: the writer may reword, and sends it again without ``nudge=1``."""

    status = fields.String(required=True, metadata={"enum": ["nudge"]})
    reasons = fields.List(fields.String(), required=True)


class PreviewRequest(Schema):
    """A text to be shown as it would look."""

    body = Text(
        required=True, validate=by_rule(partial(clean_body, body_max=RANGES["body_max"].high))
    )


class PreviewAnswer(Schema):
    """The text as it would look."""

    body_html = fields.String(required=True)


class ReportRequest(Schema):
    """What a reader finds wrong with a published comment."""

    reason = Text(
        required=True,
        min_length=1,
        max_length=REPORT_REASON_MAX,
        validate=by_rule(partial(clean_line, longest=REPORT_REASON_MAX)),
        metadata={"description": "A word or a few, such as abuse, spam, privacy, off_topic."},
    )
    note = Text(allow_none=True, load_default=None, max_length=REPORT_NOTE_MAX)


class ReportAnswer(Schema):
    """The report is stored; what follows from it is not told."""

    received = fields.Boolean(required=True)


class Author(Schema):
    """What readers see of a writer."""

    name = fields.String(required=True)
    website = fields.String(required=True, allow_none=True)


class Comment(Schema):
    """A published comment."""

    id = fields.String(required=True)
    parent_id = fields.String(required=True, allow_none=True)
    author = fields.Nested(Author, required=True)
    body = fields.String(required=True)
    body_html = fields.String(required=True, metadata={"description": "Safe HTML of the body."})
    created_at = Timestamp(required=True)
    edited_at = Timestamp(required=True, allow_none=True)


class Receipt(Schema):
    """The writer's key to the comment."""

    token = fields.String(required=True)
    url = fields.String(required=True)


class SubmissionAnswer(Schema):
    """What became of a submission."""

    id = fields.String(required=True)
    status = fields.String(
        required=True, metadata={"enum": ["published", "queued", "rejected", "pending"]}
    )
    created_at = Timestamp(required=True)
    page_url = fields.String(required=True)
    parent_id = fields.String(required=True, allow_none=True)
    reasons = fields.List(fields.String(), required=True)
    receipt = fields.Nested(Receipt, required=True)
    comment = fields.Nested(Comment, required=True, allow_none=True)


class ThreadQuery(Schema):
    """Which part of a page's comments."""

    page_url = Text(required=True, min_length=1, max_length=PAGE_URL_MAX)
    order = Choice(("oldest", "newest"), load_default="oldest")
    limit = StrictInteger(minimum=1, maximum=100, load_default=25)
    cursor = Text(load_default=None, max_length=1000)
    threaded = Choice(
        ("0", "1"),
        load_default="0",
        metadata={"description": "1 keeps conversations together, replies oldest first."},
    )


class ThreadItem(Comment):
    """A published comment in a thread."""

    root_id = fields.String(
        metadata={"description": "With threaded=1: the comment that its conversation begins with."}
    )


class Thread(Schema):
    """A part of a page's comments."""

    items = fields.List(fields.Nested(ThreadItem), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True, metadata={"description": "Published on the whole page."})
    closed = fields.Boolean(
        metadata={"description": "With threaded=1: whether the page takes no more comments."}
    )
    body_max = fields.Integer(
        metadata={"description": "With threaded=1: most characters of a comment on this site."}
    )


class CountsQuery(Schema):
    """The pages to count."""

    page_url = fields.List(
        Text(min_length=1, max_length=PAGE_URL_MAX),
        required=True,
        validate=ma.validate.Length(min=1, max=100, error="Must name 1 to 100 pages."),
    )


class Counts(Schema):
    """Published comments by page."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


def public_form(comment: PublicComment) -> dict[str, Any]:
    """A comment as everyone gets it."""
    return {
        "id": comment.id,
        "parent_id": comment.parent_id,
        "author": {"name": comment.author_name, "website": comment.author_website},
        "body": comment.body,
        "body_html": render_body(comment.body),
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
    }
