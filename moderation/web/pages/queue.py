"""The review queue: what waits, the open comment beside it, and its decision.

Every page works without a script; with one, only ``#main`` is replaced (a request with
the header ``X-Part: item`` gets that part alone).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.scores import LABELS
from moderation.errors import ModerationError, NotFound
from moderation.services.clock import utc_now
from moderation.services.decide_comment import ACTIONS, Target, Verdict
from moderation.services.review_queue import LOOKED_THROUGH, QueuePage, QueueQuery
from moderation.services.review_views import Reading
from moderation.services.views import ReviewItem
from moderation.web.api.cursors import make_cursor, read_cursor
from moderation.web.api.queue import cursor_order
from moderation.web.auth import access, current_principal, current_signed_in
from moderation.web.context import services
from moderation.web.pages.cards import Card, card_of, open_item
from moderation.web.pages.form_fields import form_fields
from moderation.web.pages.queue_filters import Filters, read_filters
from moderation.web.pages.words import ACTION_WORDS, PROBLEM_WORDS

blueprint = Blueprint("queue_pages", __name__)

PAGE: Final = 25
CLAIM: Final = 10
OWN_WORDS: Final = "own"


@blueprint.get("/queue")
@access("signed_in")
def show_queue() -> str:
    """The list, with nothing open."""
    return _page(read_filters(request.args), None)


@blueprint.get("/queue/<comment_id>")
@access("signed_in")
def show_item(comment_id: str) -> str:
    """The list with a comment open; whoever opens it holds it for the site's time."""
    if request.headers.get("Sec-Purpose") != "prefetch":
        _hold(comment_id)
    return _opened(comment_id, shown=False)


@blueprint.post("/queue/<comment_id>/shown")
@access("signed_in")
def show_severe(comment_id: str) -> str:
    """The same with its severe passages readable; they count for the reader's day."""
    return _opened(comment_id, shown=True)


@blueprint.post("/queue/<comment_id>/decision")
@access("signed_in")
def decide(comment_id: str) -> BaseResponse:
    """Decide, and go on to the next comment of the list."""
    sent, filters = form_fields(), read_filters(request.args)
    action, version = sent.get("action", ""), sent.get("version", "")
    if action not in ACTIONS or not version.isdecimal() or len(version) > 9:
        flash("Choose what to do with the comment.", "reject")
        return redirect(filters.address(f"/queue/{comment_id}"), 303)
    onward = _next_after(filters, comment_id)
    try:
        services().decide_comment(
            current_principal(),
            Target(comment_id, int(version)),
            Verdict(action, _reason(sent), None),
        )
    except ModerationError as error:
        said = PROBLEM_WORDS.get(error.code, error.message)
        flash(f"Your decision did not go through: {said}.", "reject")
        return redirect(filters.address(f"/queue/{comment_id}"), 303)
    flash(f"{ACTION_WORDS[action]}. It can be undone in the list at the left.", "accent")
    return redirect(filters.address(f"/queue/{onward}" if onward else "/queue"), 303)


@blueprint.post("/queue/undo/<decision_id>")
@access("signed_in")
def undo(decision_id: str) -> BaseResponse:
    """Take a decision back and open its comment again."""
    filters = read_filters(request.args)
    try:
        decision = services().undo_decision(current_principal(), decision_id)
    except ModerationError as error:
        flash(error.message, "reject")
        return redirect(filters.address(), 303)
    flash("Undone; the comment waits again.", "accent")
    return redirect(filters.address(f"/queue/{decision.comment_id}"), 303)


@blueprint.post("/queue/claim")
@access("signed_in")
def claim() -> BaseResponse:
    """Hold the next ten that nobody holds and open the first."""
    filters = read_filters(request.args)
    items = services().queue.claim(current_principal(), filters.query, CLAIM)
    if not items:
        flash("Nothing waits that nobody else holds.", "hold")
        return redirect(filters.address(), 303)
    return redirect(filters.address(f"/queue/{items[0].id}"), 303)


@blueprint.post("/queue/release")
@access("signed_in")
def release() -> BaseResponse:
    """Give back what one holds: a comment that is named, or everything."""
    wanted = form_fields().get("id")
    services().queue.release(current_principal(), [wanted] if wanted else None)
    return redirect(read_filters(request.args).address(), 303)


def reading_now(severe_passages: int | None = None) -> Reading:
    """The viewer's settings and day; with a number, a comment was opened."""
    user_id = current_signed_in().principal.id
    if severe_passages is None:
        return services().reading.of(user_id)
    return services().reading.note_opened(user_id, severe_passages)


def cards_of(items: tuple[ReviewItem, ...], reading: Reading) -> list[Card]:
    """Cards of a list; of nearly the same texts only the first has one."""
    alike = services().near_duplicates.counts(items)
    marks = services().read_comment.kept_marks(items)
    cards, covered = [], set[str]()
    for item in items:
        if item.id in covered:
            continue
        group = alike.get(item.id, ())
        covered.update(group)
        cards.append(card_of(item, marks.get(item.id), reading, alike=group))
    return cards


def whole_cards(items: tuple[ReviewItem, ...], reading: Reading) -> list[Card]:
    """A card for every comment, with its whole text."""
    marks = services().read_comment.kept_marks(items)
    return [card_of(item, marks.get(item.id), reading, whole=True) for item in items]


def _hold(comment_id: str) -> None:
    query = QueueQuery(ids=(comment_id,))
    services().queue.claim(current_principal(), query, 1)


def _opened(comment_id: str, *, shown: bool) -> str:
    detail = services().read_comment.detail(current_principal(), comment_id)
    reading = reading_now()
    opened = open_item(detail, reading, shown=shown)
    seen = 0 if opened.hidden else opened.severe
    reading = reading_now(seen)
    filters = read_filters(request.args)
    values: dict[str, Any] = {
        "opened": opened,
        "shown": shown,
        "reading": reading,
        "reasons": services().reasons.of(current_principal(), detail.item.site),
        "notes": services().notes.of(current_principal(), comment_id),
        "own_words": OWN_WORDS,
    }
    if request.headers.get("X-Part") == "item":
        return render_template("review/item.html", filters=filters, **values)
    return _page(filters, comment_id, **values)


def _page(filters: Filters, open_id: str | None, **values: Any) -> str:
    principal = current_principal()
    reading = values.pop("reading", None) or reading_now()
    listed, facets = _listed(filters), services().oversee.facets(principal)
    order = cursor_order(filters.query)[0]
    return render_template(
        "review/queue.html",
        section="queue",
        filters=filters,
        reading=reading,
        cards=cards_of(listed.items, reading),
        open_id=open_id,
        next_cursor=make_cursor(order, listed.next_after),
        facets=facets,
        undoable=services().oversee.undoable(principal),
        sites=sorted({*current_signed_in().sites, *facets.sites}),
        labels=LABELS,
        page_size=PAGE,
        partly=len(listed.items) < PAGE,
        looked_through=LOOKED_THROUGH,
        now=utc_now(),
        **values,
    )


def _listed(filters: Filters) -> QueuePage:
    order, kinds = cursor_order(filters.query)
    after = read_cursor(request.args.get("cursor"), order, kinds)
    return services().queue.page(current_principal(), filters.query, after, PAGE)


def _next_after(filters: Filters, comment_id: str) -> str | None:
    """The comment below a decided one in the list, or the first that nobody holds."""
    try:
        items = services().queue.page(current_principal(), filters.query, None, PAGE).items
    except NotFound:
        return None
    free = [item for item in items if item.claim is None or item.claim.by_me]
    ids = [item.id for item in free if item.id != comment_id]
    places = [place for place, item in enumerate(items) if item.id == comment_id]
    below = {item.id for item in items[places[0] :]} if places else set()
    return next((item_id for item_id in ids if item_id in below), ids[0] if ids else None)


def _reason(sent: Mapping[str, str]) -> str | None:
    """The canned reason's sentence, or one's own words."""
    chosen = sent.get("reason", "").strip()
    words = sent.get("own_reason", "").strip()
    text = words if chosen == OWN_WORDS else chosen
    return text[:100] or None
