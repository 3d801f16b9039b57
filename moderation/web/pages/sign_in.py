"""Pages to sign in and out, to change the password, and to choose the colours."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from moderation.errors import InvalidInput, ModerationError
from moderation.web.auth import access, current_signed_in, end_session, renew_session, start_session
from moderation.web.context import services
from moderation.web.errors import status_of
from moderation.web.limits import LOG_IN_PER_ACCOUNT, LOG_IN_PER_CLIENT, limited, spend
from moderation.web.pages.form_fields import form_fields
from moderation.web.pages.page_context import THEME_COOKIE, THEMES, safe_next
from moderation.web.site import demo

blueprint = Blueprint("sign_in_pages", __name__)

_YEAR_S = 365 * 24 * 3600
_PASSWORD_MAX = 1024


@blueprint.get("/login")
@access("public")
def log_in_form() -> str:
    """The form to sign in."""
    onward = safe_next(request.args.get("next"))
    return render_template(
        "review/login.html", next=onward, demo=demo.PATH if demo.has_demo() else None
    )


@blueprint.post("/login")
@access("public")
@limited(LOG_IN_PER_CLIENT)
def log_in() -> BaseResponse:
    """Sign in and go on to the page that was wanted.

    A browser says with ``Sec-Fetch-Site`` where a form came from; a
    foreign page cannot sign somebody in under another name.
    """
    sent = form_fields()
    email, onward = sent.get("email", ""), safe_next(sent.get("next", ""))
    if _is_foreign():
        return _refused(email, onward, "Please sign in from this page.", 403)
    password = sent.get("password", "")
    if not email.strip() or not 1 <= len(password) <= _PASSWORD_MAX:
        return _refused(email, onward, "Please give your email and your password.", 422)
    try:
        spend(LOG_IN_PER_ACCOUNT, email.strip().casefold())
        signed_in = services().authenticate.by_password(email, password)
    except ModerationError as error:
        return _refused(email, onward, error.message, status_of(error) or 401)
    start_session(signed_in)
    return redirect(onward, 303)


@blueprint.post("/logout")
@access("signed_in")
def log_out() -> BaseResponse:
    """Sign out of this browser."""
    end_session()
    return redirect("/login", 303)


@blueprint.post("/account/password")
@access("signed_in")
@limited(LOG_IN_PER_CLIENT)
def change_password() -> BaseResponse:
    """Change one's own password; every other session of this person ends."""
    signed_in, sent = current_signed_in(), form_fields()
    spend(LOG_IN_PER_ACCOUNT, signed_in.email.casefold())
    current, new = sent.get("current", ""), sent.get("new", "")
    try:
        stamp = services().authenticate.change_password(signed_in.principal.id, current, new)
    except InvalidInput as error:
        for messages in error.fields.values():
            flash(" ".join(messages), "reject")
        return redirect("/account", 303)
    renew_session(stamp)
    flash("Your password is changed. Other browsers are signed out.", "accent")
    return redirect("/account", 303)


@blueprint.post("/theme")
@access("public")
def choose_theme() -> BaseResponse:
    """Keep the wanted colours in a cookie."""
    sent = form_fields()
    theme = sent.get("theme")
    answer = redirect(safe_next(sent.get("next", "")), 303)
    if theme in THEMES:
        answer.set_cookie(THEME_COOKIE, theme, max_age=_YEAR_S, samesite="Lax", httponly=True)
    return answer


def _is_foreign() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    return site is not None and site not in ("same-origin", "none")


def _refused(email: str, onward: str, message: str, status: int) -> Response:
    page = render_template("review/login.html", next=onward, email=email, problem=message)
    return make_response(page, status)
