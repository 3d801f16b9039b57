"""What moderators call beside the queue: notes, authors, similar comments, search, reasons."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from moderation.domain import canned_reasons
from moderation.domain.statuses import ALL
from moderation.services.know_author import STANDINGS
from moderation.services.review_views import AuthorView
from moderation.services.search_comments import SearchQuery
from moderation.web.api import review_forms as forms
from moderation.web.api import review_schemas as schemas
from moderation.web.api.blueprint import Blueprint
from moderation.web.api.cursors import make_cursor, read_cursor
from moderation.web.api.fields import Choice, Schema, StrictInteger, Text
from moderation.web.api.timestamps import Timestamp
from moderation.web.auth import access, current_principal
from moderation.web.context import services

blueprint = Blueprint(
    "review_room",
    __name__,
    url_prefix="/api/v1",
    description="For moderators: notes, authors, similar comments, search, canned reasons.",
)


class NoteRequest(Schema):
    """A note for colleagues; never shown to the writer."""

    note = Text(required=True, min_length=1, max_length=schemas.NOTE_MAX)


class NoteForm(Schema):
    """What a colleague wrote."""

    id = fields.String(required=True)
    at = Timestamp(required=True)
    by = fields.String(required=True)
    note = fields.String(required=True)


class NoteList(Schema):
    """Notes on a comment, oldest first."""

    items = fields.List(fields.Nested(NoteForm), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class MarkRequest(Schema):
    """How the site is to treat the author from now on, and why."""

    standing = Choice(STANDINGS, required=True)
    note = Text(required=True, min_length=1, max_length=schemas.NOTE_MAX)


class MarkForm(Schema):
    """A mark on an author."""

    standing = fields.String(required=True, metadata={"enum": list(STANDINGS)})
    at = Timestamp(required=True)
    by = fields.String(required=True)
    note = fields.String(required=True)


class AuthorForm(Schema):
    """Everything by one email on one site."""

    site = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    standing = fields.String(required=True, metadata={"enum": list(STANDINGS)})
    marks = fields.List(fields.Nested(MarkForm), required=True)
    history = fields.Nested(schemas.History, required=True)
    items = fields.List(fields.Nested(schemas.Item), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class PartQuery(Schema):
    """Which part of a list."""

    limit = StrictInteger(minimum=1, maximum=100, load_default=25)
    cursor = Text(load_default=None, max_length=1000)


class SearchRequest(PartQuery):
    """What to look for, in any status."""

    q = Text(max_length=200, metadata={"description": "In name, email or text."})
    site = Text(max_length=63)
    status = Choice(ALL)


class Reason(Schema):
    """A reason that is picked with one key."""

    label = Text(required=True, max_length=canned_reasons.LABEL_MAX)
    text = Text(required=True, max_length=canned_reasons.TEXT_MAX)


class ReasonList(Schema):
    """A site's reasons, in the order of the digits."""

    reasons = fields.List(
        fields.Nested(Reason),
        required=True,
        validate=ma.validate.Length(max=canned_reasons.MOST),
    )


@blueprint.route("/comments/<comment_id>/notes", methods=["GET"])
@access("moderator")
@blueprint.response(200, NoteList)
@blueprint.problems(404, 503)
def read_notes(comment_id: str) -> dict[str, Any]:
    """Notes on a comment."""
    return {"items": services().notes.of(current_principal(), comment_id), "next_cursor": None}


@blueprint.route("/comments/<comment_id>/notes", methods=["POST"])
@access("moderator")
@blueprint.arguments(NoteRequest)
@blueprint.response(201, NoteForm)
@blueprint.problems(404, 503)
def add_note(sent: dict[str, str], comment_id: str) -> Any:
    """Write a note; the comment's version stays."""
    return services().notes(current_principal(), comment_id, sent["note"])


@blueprint.route("/comments/<comment_id>/author", methods=["GET"])
@access("moderator")
@blueprint.arguments(PartQuery, location="query")
@blueprint.response(200, AuthorForm)
@blueprint.problems(404, 409, 503)
def read_author(query: dict[str, Any], comment_id: str) -> dict[str, Any]:
    """Everything by this comment's author on its site, newest first.

    An author is named by a comment, so that no email stands in an address.
    """
    before = read_cursor(query["cursor"], "author", (str,))
    view = services().authors.view(
        current_principal(), comment_id, before[0] if before else None, query["limit"]
    )
    return _author_form(view)


@blueprint.route("/comments/<comment_id>/author/marks", methods=["POST"])
@access("moderator")
@blueprint.arguments(MarkRequest)
@blueprint.response(201, MarkForm)
@blueprint.problems(404, 409, 503)
def mark_author(sent: dict[str, str], comment_id: str) -> Any:
    """Block or trust the author on this site, or take that back (``none``)."""
    return services().authors.mark(current_principal(), comment_id, **sent)


@blueprint.route("/comments/<comment_id>/similar", methods=["GET"])
@access("moderator")
@blueprint.response(200, schemas.ItemList)
@blueprint.problems(404, 503)
def read_similar(comment_id: str) -> dict[str, Any]:
    """The comment and all waiting ones of its site that say nearly the same."""
    items = services().near_duplicates.group(current_principal(), comment_id)
    return {"items": [forms.item_form(item) for item in items], "next_cursor": None}


@blueprint.route("/comments", methods=["GET"])
@access("moderator")
@blueprint.arguments(SearchRequest, location="query")
@blueprint.response(200, schemas.ItemList)
@blueprint.problems(404, 503)
def search(query: dict[str, Any]) -> dict[str, Any]:
    """Look through all comments of one's sites, newest first.

    Each call looks through a bounded number of comments: a part may hold nothing and
    still have a cursor for going on.
    """
    before = read_cursor(query["cursor"], "search", (str,))
    wanted = SearchQuery(query.get("q"), query.get("site"), query.get("status"))
    found = services().search(
        current_principal(), wanted, before[0] if before else None, query["limit"]
    )
    onward = [found.next_before] if found.next_before else None
    return {
        "items": [forms.item_form(item) for item in found.items],
        "next_cursor": make_cursor("search", onward),
    }


@blueprint.route("/sites/<site>/reasons", methods=["GET"])
@access("moderator")
@blueprint.response(200, ReasonList)
@blueprint.problems(404, 503)
def read_reasons(site: str) -> dict[str, Any]:
    """The site's canned reasons."""
    return {"reasons": services().reasons.of(current_principal(), site)}


@blueprint.route("/sites/<site>/reasons", methods=["PUT"])
@access("admin")
@blueprint.arguments(ReasonList)
@blueprint.response(200, ReasonList)
@blueprint.problems(404, 503)
def replace_reasons(sent: dict[str, Any], site: str) -> dict[str, Any]:
    """Put another list in place."""
    return {"reasons": services().reasons.replace(current_principal(), site, sent["reasons"])}


def _author_form(view: AuthorView) -> dict[str, Any]:
    onward = [view.next_before] if view.next_before else None
    return {
        "site": view.site,
        "name": view.name,
        "email": view.email,
        "standing": view.standing,
        "marks": view.marks,
        "history": view.history,
        "items": [forms.item_form(item) for item in view.items],
        "next_cursor": make_cursor("author", onward),
    }
