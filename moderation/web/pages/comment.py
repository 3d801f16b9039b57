"""Pages about one comment beside the queue: its author, similar comments, notes."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.errors import InvalidInput
from moderation.services.know_author import STANDINGS
from moderation.web.api.cursors import make_cursor, read_cursor
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields
from moderation.web.pages.queue import reading_now, whole_cards

blueprint = Blueprint("comment_pages", __name__, url_prefix="/comments/<comment_id>")

# A form has at most 100 fields.
SHOWN: Final = 90


@blueprint.get("/author")
@access("signed_in")
def show_author(comment_id: str) -> str:
    """Everything by the comment's author on its site, and how the site treats them."""
    before = read_cursor(request.args.get("cursor"), "author", (str,))
    view = services().authors.view(current_principal(), comment_id, before[0] if before else None)
    onward = [view.next_before] if view.next_before else None
    return render_template(
        "review/author.html",
        section="queue",
        view=view,
        comment_id=comment_id,
        cards=whole_cards(view.items, reading_now()),
        next_cursor=make_cursor("author", onward),
    )


@blueprint.post("/author")
@access("signed_in")
def mark_author(comment_id: str) -> BaseResponse:
    """Block or trust the author on this site, or take that back."""
    sent = form_fields()
    standing = sent.get("standing", "")
    if standing not in STANDINGS:
        raise InvalidInput({"standing": [f"Must be one of: {', '.join(STANDINGS)}."]})
    services().authors.mark(current_principal(), comment_id, standing, sent.get("note", ""))
    flash("Kept. It holds for what this author sends from now on.", "accent")
    return redirect(f"/comments/{comment_id}/author", 303)


@blueprint.get("/similar")
@access("signed_in")
def show_similar(comment_id: str) -> str:
    """Waiting comments that say nearly the same, to be decided together."""
    items = services().near_duplicates.group(current_principal(), comment_id)
    return render_template(
        "review/similar.html",
        section="queue",
        items=items,
        cards=whole_cards(items[:SHOWN], reading_now()),
        rest=[item for item in items[SHOWN:] if item.claim is None or item.claim.by_me],
        comment_id=comment_id,
    )


@blueprint.post("/notes")
@access("signed_in")
def add_note(comment_id: str) -> BaseResponse:
    """Write a note for colleagues."""
    services().notes(current_principal(), comment_id, form_fields().get("note", ""))
    flash("Your note is kept.", "accent")
    return redirect(f"/queue/{comment_id}", 303)
