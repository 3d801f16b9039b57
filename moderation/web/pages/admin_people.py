"""The page of the people who sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.errors import Conflict, InvalidInput
from moderation.services.manage_people import NewUser
from moderation.web.api.paging import one_page
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields, picked

blueprint = Blueprint("admin_people_pages", __name__)

_SHOWN = 50
_SITES = 200


@blueprint.get("/admin/people")
@access("admin")
def show_people() -> str:
    """Everyone, in the order in which they were added."""
    return _page({}, {})


@blueprint.post("/admin/people")
@access("admin")
def add_person() -> BaseResponse | tuple[str, int]:
    """Add a moderator or an admin."""
    sent = form_fields()
    wanted = NewUser(
        email=sent.get("email", ""),
        password=sent.get("password", ""),
        role=sent.get("role", ""),
        sites=picked(sent, "site"),
        name=sent.get("name") or None,
    )
    try:
        view = services().people.create(current_principal(), wanted)
    except InvalidInput as error:
        return _page(sent, error.fields), 422
    except Conflict as error:
        return _page(sent, {"email": [error.message]}), 409
    flash(f"{view.name} can sign in now.", "accent")
    return redirect("/admin/people", 303)


@blueprint.post("/admin/people/<user_id>")
@access("admin")
def change_person(user_id: str) -> BaseResponse:
    """Change role, sites, password, or shut somebody out; their sessions end."""
    sent = form_fields()
    wanted: dict[str, Any] = {
        "role": sent.get("role", ""),
        "sites": picked(sent, "site"),
        "active": sent.get("active") == "1",
    }
    if sent.get("password"):
        wanted["password"] = sent["password"]
    return _did(lambda: services().people.change(current_principal(), user_id, wanted), "Kept.")


@blueprint.post("/admin/people/<user_id>/remove")
@access("admin")
def remove_person(user_id: str) -> BaseResponse:
    """Remove somebody; what they decided keeps their name."""
    return _did(lambda: services().people.remove(current_principal(), user_id), "Removed.")


def _did(act: Any, said: str) -> BaseResponse:
    try:
        act()
    except Conflict as error:
        flash(error.message, "reject")
    except InvalidInput as error:
        for name, messages in error.fields.items():
            flash(f"{name}: {' '.join(messages)}", "reject")
    else:
        flash(said, "accent")
    return redirect("/admin/people", 303)


def _page(sent: Mapping[str, str], faults: Mapping[str, Any]) -> str:
    found = one_page("users", request.args.get("cursor"), _SHOWN, services().people.page)
    return render_template(
        "review/admin_people.html",
        section="admin",
        people=found["items"],
        sites=services().sites.page(None, _SITES),
        sent=sent,
        faults={name.split(".")[0]: said for name, said in faults.items()},
        me=current_principal().id,
        next_cursor=found["next_cursor"],
    )
