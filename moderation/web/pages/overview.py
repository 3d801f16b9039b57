"""The first page, search, and a person's own account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.statuses import ALL
from moderation.errors import InvalidInput
from moderation.services.reading import Preferences
from moderation.services.search_comments import SearchQuery
from moderation.web.api.cursors import make_cursor, read_cursor
from moderation.web.auth import access, current_principal, current_signed_in
from moderation.web.context import services
from moderation.web.pages.charts import day_columns, waiting_lines
from moderation.web.pages.form_fields import form_fields
from moderation.web.pages.queue import reading_now, whole_cards
from moderation.web.pages.queue_filters import read_filters

blueprint = Blueprint("overview_pages", __name__)

_FOUND = 25


@blueprint.get("/")
@access("signed_in")
def show_overview() -> str:
    """How the work stands, and how one's own day was."""
    site = read_filters(request.args).site
    view = services().oversee.overview(current_principal(), site)
    return render_template(
        "review/overview.html",
        section="overview",
        view=view,
        site=site,
        columns=day_columns(view.days),
        lines=waiting_lines(view.days),
        reading=reading_now(),
    )


@blueprint.get("/search")
@access("signed_in")
def search() -> str:
    """Look through all comments of one's sites, whatever became of them."""
    asked = read_filters(request.args)
    status = request.args.get("status")
    before = read_cursor(request.args.get("cursor"), "search", (str,))
    query = SearchQuery(asked.q, asked.site, status if status in ALL else None)
    found = services().search(current_principal(), query, before[0] if before else None, _FOUND)
    return render_template(
        "review/search.html",
        section="search",
        query=query,
        statuses=ALL,
        cards=whole_cards(found.items, reading_now()),
        looked_through=found.looked_through,
        next_cursor=make_cursor("search", [found.next_before] if found.next_before else None),
    )


@blueprint.get("/account")
@access("signed_in")
def show_account() -> str:
    """A person's own settings and password."""
    signed_in = current_signed_in()
    return render_template(
        "review/account.html", section="account", person=signed_in, reading=reading_now()
    )


@blueprint.post("/account")
@access("signed_in")
def change_account() -> BaseResponse:
    """Change how one reads."""
    sent = form_fields()
    budget = sent.get("daily_budget", "")
    whole = int(budget) if budget.isdecimal() and len(budget) < 6 else 0
    wanted = Preferences(sent.get("blur") == "1", sent.get("keys") == "1", whole)
    try:
        services().reading.set(current_signed_in().principal.id, wanted)
    except InvalidInput as error:
        for messages in error.fields.values():
            flash(f"Severe passages a day: {messages[0]}", "reject")
    else:
        flash("Kept.", "accent")
    return redirect("/account", 303)
