"""What the lab's routes take and answer."""

from __future__ import annotations

from marshmallow import fields

from moderation.domain.scores import LABELS
from moderation.services.lab.site_window import DAYS_MAX
from moderation.services.suggest_threshold import TARGETS
from moderation.web.api.fields import Choice, Schema, StrictBoolean, StrictInteger, StrictNumber
from moderation.web.api.policy import PolicyChange


def _count_imported() -> StrictBoolean:
    return StrictBoolean(
        load_default=False,
        metadata={"description": "Count decisions made in the system imported from, too."},
    )


class OutcomeForm(Schema):
    """How many comments end how."""

    published = fields.Integer(required=True)
    queued = fields.Integer(required=True)
    rejected = fields.Integer(required=True)


class EstimateForm(Schema):
    """A number with its 95 % interval; null from fewer than 30 decisions."""

    value = fields.Float(required=True, allow_none=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)
    n = fields.Integer(required=True, metadata={"description": "Decisions that it rests on."})


class QualityForm(Schema):
    """How good the holds are, and what gets through."""

    held_precision = fields.Nested(
        EstimateForm,
        required=True,
        metadata={"description": "Of what is held, the share that people reject."},
    )
    missed = fields.Nested(
        EstimateForm,
        required=True,
        metadata={"description": "Comments that would be published and that people reject."},
    )


class PerDayForm(Schema):
    """Held comments a day."""

    live = fields.Float(required=True)
    candidate = fields.Float(required=True)


class MoveForm(Schema):
    """How many comments go from one outcome to another."""

    before = fields.String(required=True, data_key="from")
    after = fields.String(required=True, data_key="to")
    judged = fields.String(
        required=True, allow_none=True, metadata={"enum": ["approved", "rejected", None]}
    )
    count = fields.Integer(required=True)


class ExampleForm(Schema):
    """A comment that ends differently."""

    id = fields.String(required=True)
    before = fields.String(required=True, data_key="from")
    after = fields.String(required=True, data_key="to")
    scores = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    judged = fields.String(required=True, allow_none=True)


class ElsewhereForm(Schema):
    """Comments whose only decision was made in the system they were imported from."""

    included = fields.Boolean(required=True, metadata={"description": "Whether they count."})
    decisions = fields.Integer(required=True)
    sources = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class PolicyPreview(Schema):
    """The policy in force and a candidate over the same comments."""

    days = fields.Integer(required=True)
    comments = fields.Integer(required=True)
    unscored = fields.Integer(required=True)
    live = fields.Nested(OutcomeForm, required=True)
    candidate = fields.Nested(OutcomeForm, required=True)
    changed = fields.Integer(required=True)
    moves = fields.List(fields.Nested(MoveForm), required=True)
    examples = fields.List(fields.Nested(ExampleForm), required=True)
    queue_per_day = fields.Nested(PerDayForm, required=True)
    quality = fields.Nested(QualityForm, required=True)
    live_quality = fields.Nested(QualityForm, required=True)
    not_replayed = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Word lists that would need too many texts to be read again."},
    )
    imported = fields.Nested(ElsewhereForm, required=True, attribute="elsewhere")
    texts_removed = fields.Integer(
        required=True,
        metadata={
            "description": "Comments that changed word lists could not be held against, since "
            "their text is no longer kept; what was found at the time counts."
        },
    )


class PolicyPreviewRequest(Schema):
    """A candidate and how far to look back."""

    policy = fields.Nested(PolicyChange, load_default=dict)
    days = StrictInteger(minimum=1, maximum=DAYS_MAX, load_default=30)
    imported = _count_imported()


class AgreementForm(Schema):
    """Agreement over some items; kappa is null from fewer than 30."""

    who = fields.List(fields.String(), required=True)
    items = fields.Integer(required=True)
    agreed = fields.Integer(required=True)
    kappa = fields.Nested(EstimateForm, required=True)


class AgreementList(Schema):
    """Over all, by pair of people, by reason."""

    overall = fields.Nested(AgreementForm, required=True)
    pairs = fields.List(fields.Nested(AgreementForm), required=True)
    reasons = fields.List(fields.Nested(AgreementForm), required=True)


class PeriodQuery(Schema):
    """How far to look back."""

    days = StrictInteger(minimum=1, maximum=DAYS_MAX, load_default=30)


class DecisionsQuery(PeriodQuery):
    """How far to look back, and whose decisions count."""

    imported = _count_imported()


class HistogramQuery(DecisionsQuery):
    """Of which label."""

    label = Choice(LABELS, required=True)


class BinForm(Schema):
    """Comments whose score lies from ``from`` to below ``to``."""

    low = fields.Float(required=True, data_key="from")
    high = fields.Float(required=True, data_key="to")
    approved = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    undecided = fields.Integer(required=True)


class HistogramForm(Schema):
    """Scores of one label by what people said."""

    label = fields.String(required=True)
    days = fields.Integer(required=True)
    comments = fields.Integer(required=True)
    bins = fields.List(fields.Nested(BinForm), required=True)


class JudgedForm(Schema):
    """How many people approved and rejected."""

    approved = fields.Integer(required=True)
    rejected = fields.Integer(required=True)


class DayForm(OutcomeForm):
    """One day in UTC."""

    day = fields.Date(required=True)


class StatsForm(Schema):
    """What the machine and people did in the last days."""

    days = fields.Integer(required=True)
    comments = fields.Integer(required=True)
    unscored = fields.Integer(required=True)
    machine = fields.Nested(OutcomeForm, required=True)
    decided = fields.Nested(JudgedForm, required=True)
    audits = fields.Nested(JudgedForm, required=True)
    queue_per_day = fields.Float(required=True)
    quality = fields.Nested(QualityForm, required=True)
    imported = fields.Nested(ElsewhereForm, required=True, attribute="elsewhere")
    by_day = fields.List(fields.Nested(DayForm), required=True)


class SuggestionQuery(DecisionsQuery):
    """What is wanted of which label."""

    label = Choice(LABELS, required=True)
    target = Choice(TARGETS, required=True)
    value = StrictNumber(required=True, minimum=0, maximum=1_000_000)


class ExpectedForm(Schema):
    """What a threshold would give."""

    precision = fields.Nested(EstimateForm, required=True)
    recall = fields.Nested(EstimateForm, required=True)
    queue_per_day = fields.Nested(EstimateForm, required=True)
    audits = fields.Integer(required=True)


class SuggestionForm(Schema):
    """A threshold and what to expect of it."""

    label = fields.String(required=True)
    target = fields.String(required=True)
    value = fields.Float(required=True)
    days = fields.Integer(required=True)
    queue_at = fields.Float(required=True)
    expected = fields.Nested(ExpectedForm, required=True)
