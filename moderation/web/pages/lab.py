"""The threshold lab: a candidate policy beside the live one, before anybody saves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.errors import Conflict, InvalidInput, PreconditionFailed
from moderation.services.policies import rules_of
from moderation.services.suggest_threshold import TARGETS, Suggestion
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields
from moderation.web.pages.lab_charts import histogram_chart, interval_chart
from moderation.web.pages.lab_example import deciding
from moderation.web.pages.lab_form import field_name, fields_of, wanted_of
from moderation.web.pages.policy_words import differences

blueprint = Blueprint("lab_pages", __name__)

PERIODS: Final = (7, 30, 90, 365)
_VERSIONS: Final = 6
_SITES: Final = 100


@blueprint.get("/admin/sites/<site>/lab")
@access("admin")
def show_lab(site: str) -> str:
    """The live policy, or an older version as the candidate."""
    asked = request.args.get("version", "")
    live = services().policies.current(current_principal(), site)
    chosen = live
    if asked.isdecimal() and len(asked) < 9:
        chosen = services().policies.version(current_principal(), site, int(asked))
    return _page(site, fields_of(chosen.rules), _days(request.args.get("days", "")))


@blueprint.post("/admin/sites/<site>/lab")
@access("admin")
def work_in_lab(site: str) -> BaseResponse | str | tuple[str, int]:
    """Preview a candidate, find a threshold, or save."""
    sent = dict(form_fields())
    days = _days(sent.get("days", ""))
    label, _, level = sent.get("use", "").partition(":")
    if level:
        sent[f"{label}.queue_at"] = level
    if sent.get("by_chance"):
        return _set_by_chance(site, sent, days)
    if sent.get("do") == "save":
        return _save(site, sent, days)
    if sent.get("do") == "shadow":
        return _start_shadow(site, sent, days)
    if sent.get("suggest"):
        return _suggest(site, sent, days)
    first = sent.get("first", "")
    return _page(site, sent, days, first=int(first) if first.isdecimal() and len(first) < 9 else 0)


@blueprint.post("/admin/sites/<site>/lab/rollback")
@access("admin")
def roll_back(site: str) -> BaseResponse:
    """Put an old version in force again, as a new one."""
    sent = form_fields().get("version", "")
    if not (sent.isdecimal() and len(sent) < 9):
        raise InvalidInput({"version": ["Must be a version's number."]})
    view = services().policies.roll_back(current_principal(), site, int(sent), None)
    flash(f"Version {view.version} is live. It is the same as version {sent}.", "accent")
    return redirect(f"/admin/sites/{site}/lab", 303)


def _save(site: str, sent: dict[str, str], days: int) -> BaseResponse | tuple[str, int]:
    note = sent.get("note", "").strip()
    if not note:
        return _page(site, sent, days, faults={"note": ["Say why; it is required."]}), 422

    def check(version: int) -> None:
        if str(version) != sent.get("version"):
            raise PreconditionFailed(
                f"Version {version} became live meanwhile. Look at the numbers again, then save."
            )

    wanted = {**wanted_of(sent), "note": note}
    try:
        view = services().policies.replace(current_principal(), site, wanted, check)
    except InvalidInput as error:
        return _page(site, sent, days, faults=error.fields), 422
    except PreconditionFailed as error:
        return _page(site, sent, days, faults={"version": [error.message]}), 412
    flash(f"Version {view.version} is live.", "accent")
    return redirect(f"/admin/sites/{site}/lab", 303)


def _start_shadow(site: str, sent: dict[str, str], days: int) -> BaseResponse | tuple[str, int]:
    wanted = {**wanted_of(sent), "note": sent.get("note", "").strip()}
    try:
        services().lab.shadow.start(current_principal(), site, wanted)
    except InvalidInput as error:
        return _page(site, sent, days, faults=error.fields), 422
    flash("The candidate runs as a shadow. It changes nothing.", "accent")
    return redirect(f"/admin/sites/{site}/lab#shadow", 303)


def _set_by_chance(site: str, sent: dict[str, str], days: int) -> str:
    """Put the score that a wanted chance stands for into the candidate."""
    field = sent["by_chance"]
    label = field.partition(".")[0]
    scale = services().lab.calibrate.in_use(current_principal(), site).get(label)
    try:
        chance = float(sent.get(f"{label}.chance", "").strip().replace(",", ".")) / 100
    except ValueError:
        chance = 0
    if scale is None or not 0 < chance <= 1:
        said = "Give a percentage above 0." if scale else "No second scale is in use."
        return _page(site, sent, days, faults={field: [said]})
    try:
        sent[field] = f"{scale.score_for(chance):.2f}"
    except Conflict as error:
        return _page(site, sent, days, faults={field: [error.message]})
    return _page(site, sent, days)


def _suggest(site: str, sent: dict[str, str], days: int) -> str:
    label = sent["suggest"]
    target, text = sent.get(f"{label}.target", ""), sent.get(f"{label}.value", "")
    found: Suggestion | str
    try:
        value = float(text.strip().replace(",", "."))
        value = value if target == "per_day" else value / 100
        ask = services().lab.suggest
        imported = sent.get("imported") == "1"
        found = ask(current_principal(), site, label, target, value, days, imported=imported)
    except ValueError:
        found = "Give a number."
    except Conflict as error:
        found = error.message
    except InvalidInput as error:
        found = " ".join(message for messages in error.fields.values() for message in messages)
    return _page(site, sent, days, suggestion=(label, found))


def _page(
    site: str,
    values: Mapping[str, str],
    days: int,
    *,
    first: int = 0,
    faults: Mapping[str, Any] | None = None,
    suggestion: tuple[str, Suggestion | str] | None = None,
) -> str:
    problems, imported = dict(faults or {}), values.get("imported") == "1"
    principal = current_principal()
    try:
        view = services().lab.show(
            principal, site, wanted_of(values), days, first, imported=imported
        )
    except InvalidInput as error:
        problems = {**error.fields, **problems}
        view = services().lab.show(principal, site, {}, days, imported=imported)
    preview, shadow = view.preview, services().lab.shadow.show(principal, site)
    rules = rules_of(preview.live_policy), rules_of(preview.policy)
    listed = services().policies.versions(principal, site, None, _VERSIONS + 1)
    older = [*listed[1:], None]
    versions = [
        (one, differences(before.rules, one.rules) if before else [])
        for one, before in zip(listed, older, strict=True)
    ][:_VERSIONS]
    quality = (("Live", preview.live_quality), ("Candidate", preview.quality))
    return render_template(
        "review/lab.html",
        section="admin",
        site=site,
        sites=services().sites.page(None, _SITES),
        days=days,
        periods=PERIODS,
        first=first,
        values=values,
        view=view,
        preview=preview,
        charts={label.label: histogram_chart(label.bins) for label in view.labels},
        changed=differences(*rules),
        deciding={item.id: deciding(item, preview) for item in preview.examples},
        intervals=interval_chart([(name, found.held_precision) for name, found in quality]),
        versions=versions,
        faults={field_name(name): said for name, said in problems.items()},
        suggestion=suggestion,
        shadow=shadow,
        shadow_lines=differences(rules[0], shadow.rules) if shadow else [],
        targets=TARGETS,
    )


def _days(text: str) -> int:
    return int(text) if text in {str(period) for period in PERIODS} else 30
