"""What moderators send and get."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from moderation.domain.scores import LABELS
from moderation.services.decide_comment import ACTIONS, BULK_MAX
from moderation.services.review_queue import CLAIM_MAX, HOLDERS, SORTS
from moderation.web.api.fields import Choice, Schema, StrictInteger, StrictNumber, Text
from moderation.web.api.reader_word_schemas import AppealForm, ReportForm
from moderation.web.api.timestamps import Timestamp

REASON_MAX = 100
NOTE_MAX = 2_000


class Filters(Schema):
    """Which waiting comments, in which order."""

    site = Text(max_length=63)
    label = Choice(LABELS)
    min_score = StrictNumber(minimum=0, maximum=1)
    max_score = StrictNumber(minimum=0, maximum=1)
    reason = Text(max_length=50, metadata={"description": "A reason code."})
    q = Text(max_length=200, metadata={"description": "In name, email or text."})
    sort = Choice(SORTS, load_default="priority")
    holder = Choice(HOLDERS, metadata={"description": "What one holds, or nobody does."})
    escalated = Choice(("1",), metadata={"description": "Only what is marked for admins."})


class QueueList(Filters):
    """A part of the queue."""

    limit = StrictInteger(minimum=1, maximum=100, load_default=25)
    cursor = Text(load_default=None, max_length=1000)


class ClaimRequest(Filters):
    """How many to lease, of which."""

    limit = StrictInteger(minimum=1, maximum=CLAIM_MAX, load_default=10)
    ids = fields.List(
        Text(max_length=100),
        validate=ma.validate.Length(min=1, max=CLAIM_MAX),
        metadata={"description": "Only these comments."},
    )


class ReleaseRequest(Schema):
    """Which leases to give back; all of one's own without it."""

    id = fields.List(Text(max_length=100))


class History(Schema):
    """An author's comments on this site."""

    published = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    queued = fields.Integer(required=True)


class ReviewAuthor(Schema):
    """A writer as moderators see them."""

    name = fields.String(required=True)
    email = fields.String(required=True)
    website = fields.String(required=True, allow_none=True)
    history = fields.Nested(History, required=True)


class ClaimForm(Schema):
    """Who is looking at a comment, and until when."""

    by = fields.String(required=True)
    mine = fields.Boolean(required=True)
    expires_at = Timestamp(required=True)


class ModelForm(Schema):
    """The model that gave the scores."""

    name = fields.String(required=True)
    version = fields.String(required=True)


class Item(Schema):
    """A comment as its site's moderators see it."""

    id = fields.String(required=True)
    site = fields.String(required=True)
    status = fields.String(required=True)
    author = fields.Nested(ReviewAuthor, required=True)
    body = fields.String(required=True)
    page_url = fields.String(required=True)
    page_title = fields.String(required=True, allow_none=True)
    parent_id = fields.String(required=True, allow_none=True)
    created_at = Timestamp(required=True)
    edited_at = Timestamp(required=True, allow_none=True)
    scores = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    model = fields.Nested(ModelForm, required=True, allow_none=True)
    reasons = fields.List(fields.String(), required=True)
    priority = fields.Float(required=True)
    escalated = fields.Boolean(required=True)
    claim = fields.Nested(ClaimForm, required=True, allow_none=True)
    version = fields.Integer(required=True)
    text_removed_at = Timestamp(required=True, allow_none=True)
    report_count = fields.Integer(required=True)
    appeal = fields.Nested(AppealForm, required=True, allow_none=True)


class ItemList(Schema):
    """A part of the queue."""

    items = fields.List(fields.Nested(Item), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class Claimed(Schema):
    """Comments that one holds now, in queue order."""

    items = fields.List(fields.Nested(Item), required=True)


class FindingForm(Schema):
    """One check or label: what was found, against what, with which effect."""

    check = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["rule", "label", "scorer"]})
    value = fields.Raw(required=True, allow_none=True)
    threshold = fields.Float(required=True, allow_none=True)
    effect = fields.String(required=True, metadata={"enum": ["none", "queue", "reject"]})
    reason = fields.String(required=True, allow_none=True)
    detail = fields.Dict(required=True)


class HighlightForm(Schema):
    """A passage that weighed; offsets in code points."""

    start = fields.Integer(required=True)
    end = fields.Integer(required=True)
    label = fields.String(required=True)
    weight = fields.Float(required=True)


class ThreadForm(Schema):
    """A comment before or after this one."""

    id = fields.String(required=True)
    parent_id = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    author = fields.Dict(required=True)
    body = fields.String(required=True)
    created_at = Timestamp(required=True)


class HistoryForm(Schema):
    """One step in a comment's life."""

    id = fields.String(required=True)
    at = Timestamp(required=True)
    actor = fields.String(required=True)
    by = fields.String(required=True, allow_none=True)
    action = fields.String(required=True)
    from_ = fields.String(required=True, allow_none=True, data_key="from")
    to = fields.String(required=True)
    version = fields.Integer(required=True)
    reasons = fields.List(fields.String(), required=True)
    reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    policy_version = fields.Integer(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)
    undoes = fields.String(required=True, allow_none=True)


class HistoryList(Schema):
    """Everything that happened to a comment, oldest first."""

    items = fields.List(fields.Nested(HistoryForm), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class Detail(Item):
    """Everything about one comment."""

    network = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    external_id = fields.String(required=True, allow_none=True)
    policy_version = fields.Integer(required=True)
    trace = fields.List(fields.Nested(FindingForm), required=True)
    highlights = fields.List(fields.Nested(HighlightForm), required=True, allow_none=True)
    thread = fields.List(fields.Nested(ThreadForm), required=True)
    history = fields.List(fields.Nested(HistoryForm), required=True)
    reports = fields.List(fields.Nested(ReportForm), required=True)


class VerdictRequest(Schema):
    """A decision on one comment."""

    action = Choice(ACTIONS, required=True)
    reason = Text(allow_none=True, load_default=None, max_length=REASON_MAX)
    note = Text(allow_none=True, load_default=None, max_length=NOTE_MAX)
    version = StrictInteger(required=True, minimum=1)


class TargetRequest(Schema):
    """A comment and the version of it that was decided on."""

    id = Text(required=True, max_length=100)
    version = StrictInteger(required=True, minimum=1)


class BulkRequest(Schema):
    """One decision on many comments."""

    action = Choice(ACTIONS, required=True)
    items = fields.List(
        fields.Nested(TargetRequest),
        required=True,
        validate=ma.validate.Length(
            min=1, max=BULK_MAX, error=f"Must name 1 to {BULK_MAX} comments."
        ),
    )
    reason = Text(allow_none=True, load_default=None, max_length=REASON_MAX)
    note = Text(allow_none=True, load_default=None, max_length=NOTE_MAX)


class DecisionForm(Schema):
    """A decision as it stands in the log."""

    id = fields.String(required=True)
    comment_id = fields.String(required=True)
    action = fields.String(required=True)
    status = fields.String(required=True)
    version = fields.Integer(required=True)
    created_at = Timestamp(required=True)
    by = fields.String(required=True)


class BulkResultForm(Schema):
    """What became of one item: with ``ok`` the decision, without it a code."""

    id = fields.String(required=True)
    ok = fields.Boolean(required=True)
    code = fields.String()
    decision_id = fields.String()
    status = fields.String()
    version = fields.Integer()


class BulkAnswer(Schema):
    """What became of each item, and the id that undoes them together."""

    batch_id = fields.String(required=True)
    results = fields.List(fields.Nested(BulkResultForm), required=True)
