"""The page on which an admin keeps a site's canned reasons."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.canned_reasons import LABEL_MAX, MOST, TEXT_MAX
from moderation.errors import InvalidInput
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields

blueprint = Blueprint("reason_pages", __name__)


@blueprint.get("/admin/sites/<site>/reasons")
@access("admin")
def show_reasons(site: str) -> str:
    """The list, with empty lines up to nine."""
    reasons = services().reasons.of(current_principal(), site)
    return _form(site, [(reason.label, reason.text) for reason in reasons], [])


@blueprint.post("/admin/sites/<site>/reasons")
@access("admin")
def replace_reasons(site: str) -> BaseResponse | tuple[str, int]:
    """Put another list in place; lines without label and text are left out."""
    sent = form_fields()
    lines = [
        (sent.get(f"label.{place}", "").strip(), sent.get(f"text.{place}", "").strip())
        for place in range(MOST)
    ]
    filled = [line for line in lines if any(line)]
    try:
        wanted = [{"label": label, "text": text} for label, text in filled]
        services().reasons.replace(current_principal(), site, wanted)
    except InvalidInput as error:
        found = [f"{name}: {' '.join(said)}" for name, said in sorted(error.fields.items())]
        return _form(site, filled, found), 422
    flash("The reasons are kept.", "accent")
    return redirect(f"/admin/sites/{site}/reasons", 303)


def _form(site: str, lines: list[tuple[str, str]], problems: list[str]) -> str:
    empty = [("", "")] * (MOST - len(lines))
    return render_template(
        "review/reasons.html",
        section="admin",
        site=site,
        lines=[*lines, *empty],
        problems=problems,
        label_max=LABEL_MAX,
        text_max=TEXT_MAX,
    )
