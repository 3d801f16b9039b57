"""Pages around the lab: the shadow's buttons, deciding the queue again, drift."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.errors import Conflict, InvalidInput, NotFound, PreconditionFailed
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields

blueprint = Blueprint("lab_step_pages", __name__)

PERIODS: Final = (90, 30, 365)


@blueprint.post("/admin/sites/<site>/lab/shadow")
@access("admin")
def end_shadow(site: str) -> BaseResponse:
    """Promote the shadow, or drop it."""
    sent = form_fields()
    seen = sent.get("version", "")

    def check(version: int) -> None:
        if str(version) != seen:
            raise PreconditionFailed(f"Version {version} became live meanwhile; look again.")

    try:
        if sent.get("do") == "promote":
            view = services().lab.shadow.promote(current_principal(), site, "", check)
            flash(f"The shadow is live as version {view.version}.", "accent")
        else:
            services().lab.shadow.drop(current_principal(), site)
            flash("The shadow is gone.", "accent")
    except (PreconditionFailed, NotFound) as error:
        flash(error.message, "reject")
    return redirect(f"/admin/sites/{site}/lab#shadow", 303)


@blueprint.get("/admin/sites/<site>/redecide")
@access("admin")
def show_redecide(site: str) -> str:
    """What the live policy would move out of the queue."""
    found = services().lab.redecide.preview(current_principal(), site)
    return render_template("review/redecide.html", section="admin", site=site, found=found)


@blueprint.post("/admin/sites/<site>/redecide")
@access("admin")
def redecide(site: str) -> BaseResponse | str:
    """Move it, after a look."""
    sent = form_fields()
    version = sent.get("version", "")
    if not (version.isdecimal() and len(version) < 9):
        raise InvalidInput({"version": ["Must be a version's number."]})
    if sent.get("looked") != "1":
        flash("Tick that you have looked at them; nothing has moved.", "hold")
        return redirect(f"/admin/sites/{site}/redecide", 303)
    try:
        found = services().lab.redecide(current_principal(), site, int(version))
    except Conflict as error:
        flash(error.message, "reject")
        return redirect(f"/admin/sites/{site}/redecide", 303)
    return render_template("review/redecide.html", section="admin", site=site, found=found)


@blueprint.get("/admin/sites/<site>/drift")
@access("admin")
def show_drift(site: str) -> str:
    """Week by week, and false alarms by whom a comment names."""
    asked = request.args.get("days", "")
    days = int(asked) if asked in {str(period) for period in PERIODS} else PERIODS[0]
    weeks = services().lab.drift(current_principal(), site)
    fairness = services().lab.fairness(current_principal(), site, days)
    return render_template(
        "review/drift.html",
        section="admin",
        site=site,
        weeks=weeks,
        fairness=fairness,
        periods=PERIODS,
        days=days,
    )
