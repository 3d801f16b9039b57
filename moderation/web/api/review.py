"""What moderators call to read one comment, decide, and undo."""

from __future__ import annotations

from typing import Any

from moderation.services.decide_comment import Target, Verdict
from moderation.services.views import DecisionView
from moderation.web.api import review_forms as forms
from moderation.web.api import review_schemas as schemas
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.idempotency import idempotency_key
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "review",
    __name__,
    url_prefix="/api/v1",
    description="For moderators: read a comment with all that is known, decide, undo.",
)


@blueprint.route("/comments/<comment_id>", methods=["GET"])
@access("moderator")
@blueprint.response(200, schemas.Detail)
@blueprint.problems(404, 503)
def read_comment(comment_id: str) -> dict[str, Any]:
    """One comment with its trace, highlights, thread and history."""
    return forms.detail_form(services().read_comment.detail(current_principal(), comment_id))


@blueprint.route("/comments/<comment_id>/history", methods=["GET"])
@access("moderator")
@blueprint.response(200, schemas.HistoryList)
@blueprint.problems(404, 503)
def read_history(comment_id: str) -> dict[str, Any]:
    """Every status change of a comment: who or what, when, from, to, why."""
    entries = services().read_comment.history(current_principal(), comment_id)
    return {"items": [forms.history_form(entry) for entry in entries], "next_cursor": None}


@blueprint.route("/comments/<comment_id>/decisions", methods=["POST"])
@access("moderator")
@blueprint.arguments(schemas.VerdictRequest)
@blueprint.response(200, schemas.DecisionForm)
@blueprint.problems(404, 409, 503)
def decide(sent: dict[str, Any], comment_id: str) -> DecisionView:
    """Decide a comment, once: a stale version or somebody else's lease is refused."""
    return services().decide_comment(
        current_principal(),
        Target(comment_id, sent.pop("version")),
        Verdict(**sent),
        idempotency_key(),
    )


@blueprint.route("/decisions", methods=["POST"])
@access("moderator")
@blueprint.arguments(schemas.BulkRequest)
@blueprint.response(200, schemas.BulkAnswer)
@blueprint.problems(409, 503)
def decide_many(sent: dict[str, Any]) -> dict[str, Any]:
    """Decide up to 500 comments; each says for itself whether it went through."""
    targets = [Target(**item) for item in sent.pop("items")]
    outcome = services().decide_comment.many(
        current_principal(), targets, Verdict(**sent), idempotency_key()
    )
    return forms.bulk_form(outcome)


@blueprint.route("/decisions/<decision_id>/undo", methods=["POST"])
@access("moderator")
@blueprint.response(200, schemas.DecisionForm)
@blueprint.problems(404, 409, 503)
def undo(decision_id: str) -> DecisionView:
    """Put a comment back where it was before a decision."""
    return services().undo_decision(current_principal(), decision_id, idempotency_key())


@blueprint.route("/decisions/batches/<batch_id>/undo", methods=["POST"])
@access("moderator")
@blueprint.response(200, schemas.BulkAnswer)
@blueprint.problems(404, 409, 503)
def undo_batch(batch_id: str) -> dict[str, Any]:
    """Undo a bulk decision; each item says for itself whether it went through."""
    outcome = services().undo_decision.batch(current_principal(), batch_id, idempotency_key())
    return forms.bulk_form(outcome)
