"""The page on which a moderator judges texts blind, one after the other."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from moderation.errors import Conflict, InvalidInput
from moderation.services.judge_blind import CHOICES
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields

blueprint = Blueprint("blind_pages", __name__)

_COUNTED = 100


@blueprint.get("/blind")
@access("signed_in")
def show_blind() -> str:
    """The next text, and how many wait."""
    views = services().lab.blind.page(current_principal(), None, "", _COUNTED)
    return render_template(
        "review/blind.html",
        section="blind",
        item=views[0] if views else None,
        waiting=len(views),
        most=_COUNTED,
    )


@blueprint.post("/blind/<item_id>")
@access("signed_in")
def judge(item_id: str) -> BaseResponse:
    """Take a verdict and show the next text."""
    verdict = form_fields().get("verdict", "")
    if verdict not in CHOICES:
        raise InvalidInput({"verdict": [f"Must be one of: {', '.join(CHOICES)}."]})
    try:
        services().lab.blind(current_principal(), item_id, verdict, None)
    except Conflict:
        flash("Somebody else had judged that one already.", "hold")
    return redirect("/blind", 303)
