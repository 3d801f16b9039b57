"""What admins call to see what a policy would do before it does it."""

from __future__ import annotations

from typing import Any

from moderation.services.preview_policy import Preview
from moderation.web.api import lab_schemas as schemas
from moderation.web.api.blueprint import Blueprint
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "lab",
    __name__,
    url_prefix="/api/v1/sites/<site>",
    description="For admins: what a policy would have done, and how sure that is.",
)


@blueprint.route("/agreement", methods=["GET"])
@access("admin")
@blueprint.arguments(schemas.PeriodQuery, location="query")
@blueprint.response(200, schemas.AgreementList)
@blueprint.problems(404, 503)
def read_agreement(query: dict[str, Any], site: str) -> Any:
    """How far two moderators agree who judged the same comment apart (Cohen's kappa)."""
    return services().lab.agreement(current_principal(), site, query["days"])


@blueprint.route("/stats", methods=["GET"])
@access("admin")
@blueprint.arguments(schemas.DecisionsQuery, location="query")
@blueprint.response(200, schemas.StatsForm)
@blueprint.problems(404, 503)
def read_stats(query: dict[str, Any], site: str) -> Any:
    """What the policies of the time did with the last days' comments, and what people said."""
    return services().lab.numbers.stats(current_principal(), site, **query)


@blueprint.route("/scores/histogram", methods=["GET"])
@access("admin")
@blueprint.arguments(schemas.HistogramQuery, location="query")
@blueprint.response(200, schemas.HistogramForm)
@blueprint.problems(404, 503)
def read_histogram(query: dict[str, Any], site: str) -> Any:
    """Stored scores of one label, split by what people decided."""
    return services().lab.numbers.histogram(current_principal(), site, **query)


@blueprint.route("/policy/suggestion", methods=["GET"])
@access("admin")
@blueprint.arguments(schemas.SuggestionQuery, location="query")
@blueprint.response(200, schemas.SuggestionForm)
@blueprint.problems(404, 409, 503)
def suggest(query: dict[str, Any], site: str) -> Any:
    """The ``queue_at`` of a label for a wanted precision, recall, or number of items a day."""
    return services().lab.suggest(current_principal(), site, **query)


@blueprint.route("/policy/preview", methods=["POST"])
@access("admin")
@blueprint.arguments(schemas.PolicyPreviewRequest)
@blueprint.response(200, schemas.PolicyPreview)
@blueprint.problems(404, 503)
def preview(sent: dict[str, Any], site: str) -> dict[str, Any]:
    """What a candidate would have done, over the stored scores; changes nothing."""
    view = services().lab.preview(
        current_principal(), site, sent["policy"], sent["days"], imported=sent["imported"]
    )
    return preview_form(view)


def preview_form(view: Preview) -> dict[str, Any]:
    """A preview as it is answered."""
    live, candidate = view.queue_per_day
    names = (
        "days", "comments", "unscored", "live", "candidate", "changed", "moves", "examples",
        "quality", "live_quality", "not_replayed", "texts_removed", "elsewhere",
    )  # fmt: skip
    return {
        **{name: getattr(view, name) for name in names},
        "queue_per_day": {"live": live, "candidate": candidate},
    }
