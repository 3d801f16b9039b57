"""The pages on which an admin keeps a site's webhooks and sees how they fare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.web_addresses import WEBHOOK_URL_MAX
from moderation.domain.webhooks import EVENTS
from moderation.errors import Conflict, InvalidInput
from moderation.services.webhook_views import WebhookView
from moderation.web.api.paging import one_page
from moderation.web.auth import access, current_principal
from moderation.web.context import services
from moderation.web.pages.form_fields import form_fields

blueprint = Blueprint("webhook_pages", __name__)

Answer = str | BaseResponse | tuple[str, int]
_SHOWN = 25
_MOST = 100
EVENT_WORDS: Final = dict(
    zip(
        EVENTS,
        (
            "published, or a shown text changed",
            "held for a person",
            "rejected",
            "marked as spam",
            "withdrawn by its author",
            "erased: copies have to go",
        ),
        strict=True,
    )
)
PROBLEM_WORDS: Final = {
    "timed_out": "no answer within 15 seconds",
    "connection_failed": "no connection",
    "tls_failed": "the certificate is not trusted",
    "unknown_host": "the name is not known",
    "address_not_allowed": "the address is not public",
}


@blueprint.get("/admin/sites/<site>/webhooks")
@access("admin")
def show_webhooks(site: str) -> str:
    """The site's webhooks, and a form for another."""
    return _list(site, {}, {})


@blueprint.post("/admin/sites/<site>/webhooks")
@access("admin")
def add_webhook(site: str) -> Answer:
    """Make a webhook and show its secret, this once.

    The form carries a key, so that sending it again makes no second one.
    """
    sent = form_fields()
    who, hooks = current_principal(), services().webhooks
    try:
        made = hooks.create(who, site, sent.get("url", ""), _events(sent), _key(sent))
    except InvalidInput as error:
        return _list(site, sent, error.fields), 422
    except Conflict as error:
        return _list(site, sent, {"url": [error.message]}), 409
    return _one(site, made), 201


@blueprint.get("/admin/sites/<site>/webhooks/<webhook_id>")
@access("admin")
def show_webhook(site: str, webhook_id: str) -> str:
    """One webhook with its events of the last 30 days."""
    return _one(site, services().webhooks.get(current_principal(), site, webhook_id))


@blueprint.post("/admin/sites/<site>/webhooks/<webhook_id>")
@access("admin")
def act_on_webhook(site: str, webhook_id: str) -> Answer:
    """Change, pause, resume, remove, give another secret, test, or send an event again."""
    sent = form_fields()
    who, hooks, here = current_principal(), services().webhooks, request.path
    action = sent.get("action", "")
    if action == "rotate":
        return _one(site, hooks.rotate(who, site, webhook_id, key=_key(sent)))
    if action == "remove":
        hooks.remove(who, site, webhook_id)
        flash("The webhook is removed.", "accent")
        return redirect(f"/admin/sites/{site}/webhooks", 303)
    try:
        flash(_done(site, webhook_id, action, sent), "accent")
    except Conflict as error:
        flash(error.message, "reject")
    except InvalidInput as error:
        view = hooks.get(who, site, webhook_id)
        return _one(site, view, sent, error.fields), 422
    return redirect(here, 303)


def _done(site: str, webhook_id: str, action: str, sent: Mapping[str, str]) -> str:
    """Carry an action out; what to say of it.

    Raises:
        InvalidInput: a field is wrong, or there is no such action.
    """
    who, hooks, events = current_principal(), services().webhooks, services().webhook_deliveries
    if action in ("pause", "resume"):
        hooks.change(who, site, webhook_id, {"active": action == "resume"})
        resumed = "The webhook is active; what waits is sent now."
        return resumed if action == "resume" else "The webhook is paused; what happens waits."
    if action == "test":
        events.test(who, site, webhook_id)
        return "A test event is on its way."
    if action == "redeliver":
        events.again(who, site, webhook_id, sent.get("delivery", ""))
        return "The event is sent again."
    if action == "change":
        wanted = {"url": sent.get("url", ""), "events": _events(sent)}
        hooks.change(who, site, webhook_id, wanted)
        return "Kept."
    raise InvalidInput({"action": ["Not an action of this page."]})


def _events(sent: Mapping[str, str]) -> list[str]:
    return [event for event in EVENTS if sent.get(event) == "1"]


def _key(sent: Mapping[str, str]) -> str | None:
    return sent.get("key", "")[:255] or None


def _list(site: str, sent: Mapping[str, str], faults: Mapping[str, list[str]]) -> str:
    hooks = services().webhooks.page(current_principal(), site, None, _MOST)
    return render_template(
        "review/webhooks.html",
        section="admin",
        site=site,
        hooks=hooks,
        said=said,
        form=_form(sent.get("url", ""), _events(sent) if sent else list(EVENTS), faults),
    )


def _one(
    site: str,
    view: WebhookView,
    sent: Mapping[str, str] | None = None,
    faults: Mapping[str, list[str]] | None = None,
) -> str:
    who, read = current_principal(), services().webhook_deliveries.page
    found = one_page(
        "deliveries",
        request.args.get("cursor"),
        _SHOWN,
        lambda before, limit: read(who, site, view.id, before=before, limit=limit),
    )
    url, events = (sent.get("url", ""), _events(sent)) if sent else (view.url, list(view.events))
    return render_template(
        "review/webhook.html",
        section="admin",
        site=site,
        hook=view,
        deliveries=found["items"],
        next_cursor=found["next_cursor"],
        said=said,
        form=_form(url, events, faults or {}),
    )


def _form(url: str, events: list[str], faults: Mapping[str, list[str]]) -> dict[str, Any]:
    return {
        "url": url,
        "events": events,
        "faults": {name.partition(".")[0]: " ".join(messages) for name, messages in faults.items()},
        "words": EVENT_WORDS,
        "url_max": WEBHOOK_URL_MAX,
        "key": uuid4().hex,
    }


def said(code: str) -> str:
    """An error of a try in words."""
    return PROBLEM_WORDS.get(code) or f"answered {code.removeprefix('http_')}"
