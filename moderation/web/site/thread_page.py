"""A page's thread and its form as plain HTML, for an iframe or a server-side include.

No script. The form is answered by the receipt's page: an iframe cannot tell the page
around it anything, and a reader without a script keeps the receipt by keeping that page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, render_template, request

from moderation.domain.submission import EMAIL_MAX, NAME_MAX
from moderation.domain.thread_order import Entry
from moderation.domain.web_addresses import WEBSITE_MAX
from moderation.errors import InvalidInput
from moderation.reader_texts import nearest, teller
from moderation.services.show_thread import ThreadEntry
from moderation.services.views import PublicComment
from moderation.web.api.cursors import make_cursor, read_cursor
from moderation.web.api.fields import UNSTORABLE
from moderation.web.auth import access
from moderation.web.context import services
from moderation.web.markup import render_body

blueprint = Blueprint("thread_page", __name__)

_PART: Final = 50
_ORDERS: Final = ("oldest", "newest")
_THEMES: Final = ("light", "dark")
_KEPT: Final = ("page_url", "order", "lang", "theme")
_LONGEST: Final = 2_000


@dataclass(frozen=True)
class Conversation:
    """A first comment and its replies; ``root`` is None where an earlier part has shown it."""

    root: PublicComment | None
    replies: tuple[PublicComment, ...]


@blueprint.route("/sites/<site>/thread", methods=["GET"])
@access("public")
def show(site: str) -> Response:
    """The published comments of ``?page_url=`` and the form to write one.

    ``order``, ``cursor``, ``reply_to``, ``lang`` and ``theme`` choose what is shown and
    how; ``fragment=1`` leaves out the page around it.
    """
    asked = {name: request.args.get(name, "") for name in (*_KEPT, "cursor", "reply_to")}
    _check(asked)
    order = asked["order"] or "oldest"
    after = read_cursor(asked["cursor"], f"threaded-{order}", (str, str))
    view = services().show_thread(
        site,
        asked["page_url"],
        newest=order == "newest",
        after=Entry(*after) if after else None,
        limit=_PART,
        answering=asked["reply_to"] or None,
    )
    language = nearest(asked["lang"])
    fragment = request.args.get("fragment") == "1"
    # In a page of another origin an address without a host would be that page's.
    base = current_app.config["BASE_URL"] if fragment else ""
    html = render_template(
        "site/thread_fragment.html" if fragment else "site/thread.html",
        view=view,
        conversations=_conversations(view.entries),
        names={entry.comment.id: entry.comment.author_name for entry in view.entries},
        site=site,
        order=order,
        base=base,
        address=_addresses(f"{base}/sites/{site}/thread", asked),
        next_cursor=make_cursor(f"threaded-{order}", view.next_after),
        report=_report_addresses(f"{base}/sites/{site}/comments", asked),
        render=render_body,
        say=teller(language),
        language=language,
        theme=asked["theme"],
        longest={"name": NAME_MAX, "email": EMAIL_MAX, "website": WEBSITE_MAX},
    )
    answer = make_response(html)
    answer.headers["Content-Security-Policy"] = frame_policy(view.origins)
    return answer


def _check(asked: dict[str, str]) -> None:
    """Refuse what cannot be read, naming the field.

    Raises:
        InvalidInput: naming each bad parameter and what is allowed.
    """
    faults: dict[str, list[str]] = {}
    for name, allowed in (("order", _ORDERS), ("theme", _THEMES)):
        if asked[name] and asked[name] not in allowed:
            faults[name] = [f"Must be one of {', '.join(allowed)}."]
    for name, text in asked.items():
        if UNSTORABLE.search(text) or len(text) > _LONGEST:
            faults[name] = [f"At most {_LONGEST} characters, without NUL."]
    if not asked["page_url"]:
        faults["page_url"] = ["Name the page whose comments are wanted."]
    if faults:
        raise InvalidInput(faults)


def _conversations(entries: tuple[ThreadEntry, ...]) -> list[Conversation]:
    by_root: dict[str, list[PublicComment]] = {}
    for entry in entries:
        by_root.setdefault(entry.root_id, []).append(entry.comment)
    return [
        Conversation(
            next((one for one in group if one.id == root_id), None),
            tuple(one for one in group if one.id != root_id),
        )
        for root_id, group in by_root.items()
    ]


def _addresses(path: str, asked: dict[str, str]) -> Callable[..., str]:
    kept = {name: asked[name] for name in _KEPT if asked[name]}

    def address(**changed: str) -> str:
        return f"{path}?{urlencode(kept | changed)}"

    return address


def _report_addresses(path: str, asked: dict[str, str]) -> Callable[[str], str]:
    kept = urlencode({name: asked[name] for name in ("lang", "theme") if asked[name]})

    def address(comment_id: str) -> str:
        return f"{path}/{comment_id}/report" + (f"?{kept}" if kept else "")

    return address


def frame_policy(origins: Iterable[str]) -> str:
    """The policy of a page without a script that only the site's own pages may frame.

    Browsers hold a form's redirect against form-action too, so the pages and the
    receipt's address stand there.
    """
    pages = " ".join(origins)
    onward = f"{current_app.config['BASE_URL']} {pages}"
    return (
        f"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        f"form-action 'self' {onward}; "
        f"frame-ancestors 'self' {pages}"
    )
