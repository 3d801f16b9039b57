"""A label's second scale: made, looked at, used or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.intervals import Estimate
from moderation.domain.scores import LABELS
from moderation.errors import Conflict, InvalidInput, NotFound
from moderation.services.calibrate import LEAST, Basis
from moderation.services.calibration_views import CalibrationView
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields

blueprint = Blueprint("calibration_pages", __name__)

PERIODS = (30, 90, 365)


@dataclass(frozen=True)
class DiagramPoint:
    """One bin of a reliability diagram, in percent: foretold, and observed with its interval."""

    left: float
    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Meaning:
    """What a threshold of the live policy says on the second scale."""

    end: str
    score: float
    chance: Estimate


@blueprint.get("/admin/sites/<site>/calibration")
@access("admin")
def show_calibration(site: str) -> str:
    """A label's versions, with the diagrams of the newest or of a chosen one."""
    return _page(site, request.args.get("label", ""), request.args.get("version", ""))


@blueprint.post("/admin/sites/<site>/calibration")
@access("admin")
def work_on_calibration(site: str) -> BaseResponse | tuple[str, int]:
    """Make a version (``do=make``), use one (``use=3``), or none (``do=off``)."""
    sent = form_fields()
    label, calibrate = sent.get("label", ""), services().lab.calibrate
    version = sent.get("use", "")
    try:
        if sent.get("do") == "make":
            made = calibrate.make(current_principal(), site, label, *_wanted(sent))
            flash(f"Version {made.version} is made. It is not in use.", "accent")
        elif sent.get("do") == "off":
            calibrate.use(current_principal(), site, label, None)
            flash("No second scale is in use.", "accent")
        elif "do" in sent or "use" not in sent:
            raise InvalidInput({"do": ["Must be make or off."]})
        elif version.isdecimal() and len(version) < 9:
            calibrate.use(current_principal(), site, label, int(version))
            flash(f"Version {version} is in use. No threshold has changed.", "accent")
        else:
            raise InvalidInput({"use": ["Must be the number of a version."]})
    except (Conflict, NotFound) as error:
        return _page(site, label, "", said=error.message), 409
    except InvalidInput as error:
        said = " ".join(f"{name}: {' '.join(found)}" for name, found in error.fields.items())
        return _page(site, "", "", said=said), 422
    return redirect(f"/admin/sites/{site}/calibration?label={label}", 303)


def _wanted(sent: Mapping[str, str]) -> tuple[Basis, str]:
    days = sent.get("days", "")
    basis = Basis(
        int(days) if days in {str(period) for period in PERIODS} else PERIODS[1],
        sent.get("imported") == "1",
        sent.get("suggested") == "1",
    )
    return basis, sent.get("note", "").strip()[:1000]


def _page(site: str, label: str, version: str, said: str = "") -> str:
    label = label if label in LABELS else LABELS[0]
    principal = current_principal()
    views = services().lab.calibrate.page(principal, site, label)
    shown = next((view for view in views if str(view.version) == version), None)
    shown = shown or (views[0] if views else None)
    pair = services().policies.current(principal, site).rules["thresholds"].get(label, {})
    return render_template(
        "review/calibration.html",
        section="admin",
        site=site,
        label=label,
        labels=LABELS,
        periods=PERIODS,
        least=LEAST,
        views=views,
        shown=shown,
        meanings=_meanings(shown, pair) if shown else (),
        diagrams=_diagrams(shown) if shown else (),
        said=said,
    )


def _meanings(view: CalibrationView, pair: Mapping[str, Any]) -> tuple[Meaning, ...]:
    ends = (("Hold from", pair.get("queue_at")), ("Reject from", pair.get("reject_at")))
    return tuple(
        Meaning(words, score, view.chance_at(score)) for words, score in ends if score is not None
    )


def _diagrams(view: CalibrationView) -> tuple[tuple[str, tuple[DiagramPoint, ...], float], ...]:
    return tuple(
        (words, _points(view.report[name]["bins"]), view.report[name]["brier"])
        for words, name in (("Before: the score itself", "before"), ("After: the chance", "after"))
    )


def _points(bins: list[Any]) -> tuple[DiagramPoint, ...]:
    return tuple(
        DiagramPoint(
            part["foretold"] * 100,
            100 - part["observed"]["value"] * 100,
            100 - part["observed"]["low"] * 100,
            100 - part["observed"]["high"] * 100,
        )
        for part in bins
        if part["observed"]["value"] is not None
    )
