"""The page of one site: name, origins, limits, and word lists from other systems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.site_settings import RANGES
from moderation.domain.word_import import SOURCES, ImportedWords, read_words
from moderation.errors import InvalidInput, PreconditionFailed
from moderation.reader_texts import languages
from moderation.services.views import SiteView
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields, lines_of

blueprint = Blueprint("admin_site_pages", __name__)

_OWN_NAMES: Final = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
}
"""A language that was added is shown by its code."""
_SOURCE_WORDS: Final = {
    "wordpress_moderation": "WordPress: Comment Moderation",
    "wordpress_disallowed": "WordPress: Disallowed Comment Keys",
    "coral_suspect": "Coral: suspect words",
    "coral_banned": "Coral: banned words",
}
_LEFT_OUT_SHOWN: Final = 10


@blueprint.get("/admin/sites/<site>")
@access("admin")
def show_site(site: str) -> str:
    """The site as it is."""
    view = services().sites.get(current_principal(), site)
    return _page(view, _fields_of(view), {})


@blueprint.post("/admin/sites/<site>")
@access("admin")
def change_site(site: str) -> BaseResponse | tuple[str, int]:
    """Change name, origins and limits."""
    view, sent = services().sites.get(current_principal(), site), form_fields()
    wanted = {
        "name": sent.get("name", ""),
        "origins": lines_of(sent, "origins"),
        "settings": {name: _value(sent, name, was) for name, was in view.settings.items()},
    }
    try:
        services().sites.change(current_principal(), site, wanted)
    except InvalidInput as error:
        return _page(view, sent, error.fields), 422
    flash("Kept.", "accent")
    return redirect(f"/admin/sites/{site}", 303)


@blueprint.post("/admin/sites/<site>/words")
@access("admin")
def import_words(site: str) -> BaseResponse:
    """Add a list of another system to the policy's words, as a new version."""
    sent = form_fields()
    source = sent.get("source", "")
    if source not in SOURCES:
        raise InvalidInput({"source": [f"Must be one of: {', '.join(SOURCES)}."]})
    found = read_words(source, sent.get("words", ""))
    try:
        added = _add_words(site, found, _SOURCE_WORDS[source])
    except InvalidInput as error:
        flash(" ".join(said for lines in error.fields.values() for said in lines), "reject")
        return redirect(f"/admin/sites/{site}#words", 303)
    except PreconditionFailed:
        flash("The policy changed at the same moment. Please send the list again.", "reject")
        return redirect(f"/admin/sites/{site}#words", 303)
    flash(f"{added} {found.target.replace('_', ' ')} added.", "accent")
    if found.left_out:
        shown = ", ".join(found.left_out[:_LEFT_OUT_SHOWN])
        flash(f"{len(found.left_out)} lines are no words and were left out: {shown}", "hold")
    return redirect(f"/admin/sites/{site}#words", 303)


def _add_words(site: str, found: ImportedWords, source: str) -> int:
    """Make a version with the words that the policy has not got; how many there are."""
    live = services().policies.current(current_principal(), site)
    there = live.rules[found.target]
    added = [word for word in found.words if word not in set(there)]

    def check(version: int) -> None:
        if version != live.version:
            raise PreconditionFailed("The policy has changed.")

    if added:
        note = f"{len(added)} {found.target.replace('_', ' ')} from {source}"
        wanted = {found.target: [*there, *added], "note": note}
        services().policies.replace(current_principal(), site, wanted, check)
    return len(added)


def _fields_of(view: SiteView) -> dict[str, str]:
    settings = {name: _shown(value) for name, value in view.settings.items()}
    return {"name": view.name, "origins": "\n".join(view.origins), **settings}


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or value is False else str(int(value))


def _value(sent: Mapping[str, str], name: str, was: Any) -> Any:
    """A setting as it was typed; what is no whole number stays text, to be refused."""
    text = sent.get(name, "").strip()
    if isinstance(was, bool):
        return text == "1"
    if not text:
        return None
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 12 else text


def _page(view: SiteView, values: Mapping[str, str], faults: Mapping[str, Any]) -> str:
    return render_template(
        "review/admin_site.html",
        section="admin",
        site=view,
        values=values,
        ranges=RANGES,
        languages={code: _OWN_NAMES.get(code, code) for code in languages()},
        sources=_SOURCE_WORDS,
        faults={name.split(".")[0]: said for name, said in faults.items()},
    )
