"""Deciding many comments at once: those that are ticked, or all of a filter.

All of a filter is decided only after a look at some of them, drawn at random.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.statuses import DECISIONS
from moderation.errors import InvalidInput, ModerationError
from moderation.services.decide_comment import BULK_MAX, Target, Verdict
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields
from moderation.web.pages.queue import reading_now, whole_cards
from moderation.web.pages.queue_filters import read_filters

blueprint = Blueprint("batch_pages", __name__, url_prefix="/queue")

SAMPLE = 8


@blueprint.get("/batch")
@access("signed_in")
def look_first() -> str:
    """A random sample of what a filter finds, before all of it is decided."""
    filters = read_filters(request.args)
    query = filters.query
    page = services().queue.page(current_principal(), query, None, BULK_MAX)
    free = tuple(item for item in page.items if item.claim is None or item.claim.by_me)
    drawn = secrets.SystemRandom().sample(free, min(SAMPLE, len(free)))
    return render_template(
        "review/batch.html",
        section="queue",
        filters=filters,
        items=free,
        more=page.next_after is not None,
        cards=whole_cards(tuple(drawn), reading_now()),
        reasons=_reasons(filters.site),
    )


@blueprint.post("/bulk")
@access("signed_in")
def decide_many() -> BaseResponse | str:
    """Decide the comments that are named; what did not go through is listed."""
    sent, filters = form_fields(), read_filters(request.args)
    targets = _targets(sent)
    if not targets:
        flash("Select comments first.", "hold")
        return redirect(filters.address(), 303)
    action = sent.get("action", "")
    if action not in DECISIONS:
        raise InvalidInput({"action": [f"Must be one of: {', '.join(DECISIONS)}."]})
    reason = sent.get("reason", "").strip()[:100] or None
    outcome = services().decide_comment.many(
        current_principal(), targets, Verdict(action, reason, None)
    )
    return render_template("review/outcome.html", section="queue", filters=filters,
                           outcome=outcome, chosen=action)  # fmt: skip


@blueprint.post("/bulk/<batch_id>/undo")
@access("signed_in")
def undo_many(batch_id: str) -> BaseResponse | str:
    """Take a bulk decision back."""
    filters = read_filters(request.args)
    try:
        outcome = services().undo_decision.batch(current_principal(), batch_id)
    except ModerationError as error:
        flash(error.message, "reject")
        return redirect(filters.address(), 303)
    return render_template("review/outcome.html", section="queue", filters=filters,
                           outcome=outcome, chosen="undo")  # fmt: skip


def _reasons(site: str | None) -> list[str]:
    if site is None:
        return []
    return [reason.text for reason in services().reasons.of(current_principal(), site)]


def _targets(sent: Mapping[str, str]) -> list[Target]:
    """Ticked comments (``item.N``), or all in one field (``items``), each ``id:version``.

    Raises:
        InvalidInput: more than 500, or something else than an id and a version.
    """
    named = sent.get("items", "").split()
    named += [value for name, value in sent.items() if name.startswith("item.")]
    if len(named) > BULK_MAX:
        raise InvalidInput({"items": [f"Must name at most {BULK_MAX} comments."]})
    return [_target(text) for text in dict.fromkeys(named)]


def _target(text: str) -> Target:
    comment_id, _, version = text.partition(":")
    if not version.isdecimal() or len(version) > 9:
        raise InvalidInput({"items": ["Must be an id and a version each."]})
    return Target(comment_id, int(version))
