"""Who may call what: every route of the application stands in the table below."""

from __future__ import annotations

import re
from typing import Any

import pytest

from moderation.web.access_rules import declared_routes

ANONYMOUS, SITE, FOREIGN, MODERATOR, ADMIN = "anonymous", "site", "foreign", "moderator", "admin"
EVERYONE = {ANONYMOUS, SITE, FOREIGN, MODERATOR, ADMIN}
TOKENS = {SITE, FOREIGN, MODERATOR, ADMIN}
REVIEWERS = {FOREIGN, MODERATOR, ADMIN}

# Route → who is let in. "foreign" is a moderator of another site: let in by the role, and
# then told that there is no such comment.
TABLE: dict[str, set[str]] = {
    "POST /api/v1/sites/<site>/comments": EVERYONE - {FOREIGN},
    "GET /api/v1/sites/<site>/comments": EVERYONE,
    "GET /api/v1/sites/<site>/counts": EVERYONE,
    "GET /api/v1/receipts/<token>": EVERYONE,
    "PATCH /api/v1/receipts/<token>": EVERYONE,
    "DELETE /api/v1/receipts/<token>": EVERYONE,
    "GET /api/v1/receipts/<token>/export": EVERYONE,
    "POST /api/v1/receipts/<token>/appeal": EVERYONE,
    "POST /api/v1/sites/<site>/comments/<comment_id>/reports": EVERYONE,
    "POST /api/v1/sites/<site>/comments/preview": EVERYONE,
    "GET /receipts/<token>": EVERYONE,
    "POST /receipts/<token>": EVERYONE,
    "GET /sites/<site>/feed.atom": EVERYONE,
    "POST /sites/<site>/comments": EVERYONE,
    "GET /mail/stop/<token>": EVERYONE,
    "POST /mail/stop/<token>": EVERYONE,
    "POST /sites/<site>/wp-comments-post.php": EVERYONE,
    "GET /sites/<site>/thread": EVERYONE,
    "GET /demo": EVERYONE,
    "GET /embed.js": EVERYONE,
    "GET /favicon.ico": EVERYONE,
    "GET /sites/<site>/comments/<comment_id>/report": EVERYONE,
    "POST /sites/<site>/comments/<comment_id>/report": EVERYONE,
    "GET /embed/words/<language>.json": EVERYONE,
    "GET /api/v1/queue": REVIEWERS,
    "POST /api/v1/queue/claims": REVIEWERS,
    "PUT /api/v1/queue/claims": REVIEWERS,
    "DELETE /api/v1/queue/claims": REVIEWERS,
    "GET /api/v1/comments/<comment_id>": REVIEWERS,
    "GET /api/v1/comments/<comment_id>/history": REVIEWERS,
    "POST /api/v1/comments/<comment_id>/decisions": REVIEWERS,
    "POST /api/v1/decisions": REVIEWERS,
    "POST /api/v1/decisions/<decision_id>/undo": REVIEWERS,
    "POST /api/v1/decisions/batches/<batch_id>/undo": REVIEWERS,
    "GET /api/v1/queue/newer": REVIEWERS,
    "GET /api/v1/comments": REVIEWERS,
    "GET /api/v1/comments/<comment_id>/notes": REVIEWERS,
    "POST /api/v1/comments/<comment_id>/notes": REVIEWERS,
    "GET /api/v1/comments/<comment_id>/author": REVIEWERS,
    "POST /api/v1/comments/<comment_id>/author/marks": REVIEWERS,
    "GET /api/v1/comments/<comment_id>/similar": REVIEWERS,
    "GET /api/v1/sites/<site>/reasons": REVIEWERS,
    "PUT /api/v1/sites/<site>/reasons": {ADMIN},
    "GET /api/v1/sites": {ADMIN},
    "POST /api/v1/sites": {ADMIN},
    "GET /api/v1/sites/<site>": {ADMIN},
    "PATCH /api/v1/sites/<site>": {ADMIN},
    "GET /api/v1/sites/<site>/export": {ADMIN},
    "GET /api/v1/sites/<site>/nudges": {ADMIN},
    "GET /api/v1/sites/<site>/suggested-scores": {ADMIN},
    "GET /api/v1/sites/<site>/coral": {ADMIN},
    "PUT /api/v1/sites/<site>/coral": {ADMIN},
    "DELETE /api/v1/sites/<site>/coral": {ADMIN},
    "GET /api/v1/sites/<site>/policy": {ADMIN},
    "PUT /api/v1/sites/<site>/policy": {ADMIN},
    "GET /api/v1/sites/<site>/policy/versions": {ADMIN},
    "POST /api/v1/sites/<site>/policy/rollback": {ADMIN},
    "GET /api/v1/sites/<site>/webhooks": {ADMIN},
    "POST /api/v1/sites/<site>/webhooks": {ADMIN},
    "GET /api/v1/sites/<site>/webhooks/<webhook_id>": {ADMIN},
    "PATCH /api/v1/sites/<site>/webhooks/<webhook_id>": {ADMIN},
    "DELETE /api/v1/sites/<site>/webhooks/<webhook_id>": {ADMIN},
    "POST /api/v1/sites/<site>/webhooks/<webhook_id>/rotate": {ADMIN},
    "POST /api/v1/sites/<site>/webhooks/<webhook_id>/test": {ADMIN},
    "GET /api/v1/sites/<site>/webhooks/<webhook_id>/deliveries": {ADMIN},
    "POST /api/v1/sites/<site>/webhooks/<webhook_id>/deliveries/<delivery_id>/redeliver": {ADMIN},
    "POST /api/v1/sites/<site>/policy/preview": {ADMIN},
    "GET /api/v1/sites/<site>/agreement": {ADMIN},
    "GET /api/v1/sites/<site>/policy/suggestion": {ADMIN},
    "GET /api/v1/sites/<site>/stats": {ADMIN},
    "GET /api/v1/sites/<site>/scores/histogram": {ADMIN},
    "GET /api/v1/blind": REVIEWERS,
    "POST /api/v1/blind/<item_id>/verdicts": REVIEWERS,
    "GET /api/v1/users": {ADMIN},
    "POST /api/v1/users": {ADMIN},
    "GET /api/v1/users/<user_id>": {ADMIN},
    "PATCH /api/v1/users/<user_id>": {ADMIN},
    "DELETE /api/v1/users/<user_id>": {ADMIN},
    "GET /api/v1/tokens": {ADMIN},
    "POST /api/v1/tokens": {ADMIN},
    "GET /api/v1/tokens/<token_id>": {ADMIN},
    "PATCH /api/v1/tokens/<token_id>": {ADMIN},
    "DELETE /api/v1/tokens/<token_id>": {ADMIN},
    "POST /api/v1/score": TOKENS,
    # The Perspective key lies in query or header and is checked by the route itself.
    "GET /$discovery/rest": EVERYONE,
    "POST /v1alpha1/comments:analyze": EVERYONE,
    "POST /v1alpha1/comments:suggestscore": EVERYONE,
    "POST /v1/moderations": TOKENS,
    # No credential of ours but Coral's signature; without it everybody is refused with 401.
    "POST /coral/<site>": EVERYONE - {ANONYMOUS},
    # Sessions are people's: tokens have none.
    "POST /api/v1/session": EVERYONE,
    "GET /api/v1/session": set(),
    "DELETE /api/v1/session": set(),
    "POST /api/v1/session/password": set(),
    # The reviewers' pages are for people who have signed in.
    "GET /login": EVERYONE,
    "POST /login": EVERYONE,
    "POST /theme": EVERYONE,
    "POST /logout": set(),
    "GET /": set(),
    "GET /search": set(),
    "GET /account": set(),
    "POST /account": set(),
    "POST /account/password": set(),
    "GET /queue": set(),
    "GET /queue/<comment_id>": set(),
    "POST /queue/<comment_id>/shown": set(),
    "POST /queue/<comment_id>/decision": set(),
    "POST /queue/undo/<decision_id>": set(),
    "POST /queue/claim": set(),
    "POST /queue/release": set(),
    "GET /queue/batch": set(),
    "POST /queue/bulk": set(),
    "POST /queue/bulk/<batch_id>/undo": set(),
    "GET /comments/<comment_id>/author": set(),
    "POST /comments/<comment_id>/author": set(),
    "GET /comments/<comment_id>/similar": set(),
    "POST /comments/<comment_id>/notes": set(),
    "GET /blind": set(),
    "POST /blind/<item_id>": set(),
    "GET /api/v1/admin-log": {ADMIN},
    "GET /api/v1/sites/<site>/policy/shadow": {ADMIN},
    "PUT /api/v1/sites/<site>/policy/shadow": {ADMIN},
    "DELETE /api/v1/sites/<site>/policy/shadow": {ADMIN},
    "POST /api/v1/sites/<site>/policy/shadow/promote": {ADMIN},
    "GET /api/v1/sites/<site>/policy/redecide": {ADMIN},
    "POST /api/v1/sites/<site>/policy/redecide": {ADMIN},
    "GET /api/v1/sites/<site>/drift": {ADMIN},
    "GET /api/v1/sites/<site>/fairness": {ADMIN},
    "POST /admin/sites/<site>/lab/shadow": {ADMIN},
    "GET /admin/sites/<site>/redecide": {ADMIN},
    "POST /admin/sites/<site>/redecide": {ADMIN},
    "GET /admin/sites/<site>/drift": {ADMIN},
    "GET /admin": {ADMIN},
    "GET /admin/log": {ADMIN},
    "POST /admin/sites": {ADMIN},
    "GET /admin/sites/<site>": {ADMIN},
    "POST /admin/sites/<site>": {ADMIN},
    "POST /admin/sites/<site>/words": {ADMIN},
    "GET /admin/people": {ADMIN},
    "POST /admin/people": {ADMIN},
    "POST /admin/people/<user_id>": {ADMIN},
    "POST /admin/people/<user_id>/remove": {ADMIN},
    "GET /admin/tokens": {ADMIN},
    "POST /admin/tokens": {ADMIN},
    "POST /admin/tokens/<token_id>/revoke": {ADMIN},
    "GET /admin/sites/<site>/reasons": {ADMIN},
    "POST /admin/sites/<site>/reasons": {ADMIN},
    "GET /admin/sites/<site>/webhooks": {ADMIN},
    "POST /admin/sites/<site>/webhooks": {ADMIN},
    "GET /admin/sites/<site>/webhooks/<webhook_id>": {ADMIN},
    "POST /admin/sites/<site>/webhooks/<webhook_id>": {ADMIN},
    "GET /metrics": EVERYONE,
    "GET /admin/sites/<site>/lab": {ADMIN},
    "POST /admin/sites/<site>/lab": {ADMIN},
    "POST /admin/sites/<site>/lab/rollback": {ADMIN},
    "GET /admin/sites/<site>/calibration": {ADMIN},
    "POST /admin/sites/<site>/calibration": {ADMIN},
    "GET /api/v1/sites/<site>/calibrations": {ADMIN},
    "POST /api/v1/sites/<site>/calibrations": {ADMIN},
    "PUT /api/v1/sites/<site>/calibrations/<label>": {ADMIN},
    "GET /api/v1/sites/<site>/calibrations/<label>/threshold": {ADMIN},
    "GET /healthz": EVERYONE,
    "GET /readyz": EVERYONE,
    "GET /openapi.json": EVERYONE,
    "GET /docs": EVERYONE,
    "GET /static/<path:filename>": EVERYONE,
}


_SUBMISSION = {
    "name": "Ann",
    "email": "ann@example.com",
    "body": "Hello.",
    "page_url": "https://news.example/",
}


def test_every_route_declares_who_may_call_and_stands_in_the_table(app: Any) -> None:
    routes = {f"{route.method} {route.rule}": route.access for route in declared_routes(app)}
    assert [route for route, access in routes.items() if access is None] == []
    assert set(routes) == set(TABLE)


@pytest.fixture
def callers(as_role: Any, client: Any) -> dict[str, Any]:
    return {
        ANONYMOUS: client,
        SITE: as_role("site", "demo"),
        FOREIGN: as_role("moderator", "other"),
        MODERATOR: as_role("moderator", "demo"),
        ADMIN: as_role("admin"),
    }


def test_each_role_is_let_in_where_the_table_says_and_nowhere_else(callers: Any) -> None:
    wrong = []
    for route, allowed in TABLE.items():
        method, rule = route.split(" ")
        path = re.sub(r"<site>", "demo", rule)
        path = re.sub(r"<path:filename>", "missing.css", path)
        path = re.sub(r"<\w+>", "01a20bc8-2fc4-721c-8766-7e284e196d14", path)
        for who, caller in callers.items():
            status = getattr(caller, method.lower())(
                path, json=_SUBMISSION if path.endswith("/comments") and method == "POST" else {}
            ).status_code
            refused = 401 if who == ANONYMOUS else 403
            if (status == refused) != (who not in allowed):
                wrong.append((route, who, status))
            if status >= 500:
                wrong.append((route, who, status))
    assert wrong == []


def test_token_of_another_site_may_not_submit(submit: Any, as_role: Any) -> None:
    for role in ("site", "moderator"):
        headers = as_role(role, "other").headers
        answer = submit(headers=headers)
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
        assert submit(headers=as_role(role, "demo").headers).status_code == 201


def test_unknown_credential_is_refused_even_where_none_is_needed(client: Any) -> None:
    for header in ("Bearer nonsense", "Bearer", "Basic eDp5", "Bearer \u00fc"):
        answer = client.get("/api/v1/sites/demo/counts", headers={"Authorization": header.encode()})
        assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")


def test_credential_is_looked_at_before_path_and_body(client: Any) -> None:
    for path in ("/api/v1/comments/x/decisions", "/api/v1/sites/nowhere/policy/rollback"):
        answer = client.post(path, data=b"\xff", content_type="text/plain")
        assert answer.status_code == 401


def test_signed_in_calls_need_the_csrf_token(admin: Any, client: Any, submit: Any) -> None:
    sent = {
        "email": "mo@example.com",
        "password": "a long password",
        "role": "moderator",
        "sites": ["demo"],
    }
    admin.post("/api/v1/users", json=sent)
    held = submit(body="{insult=0.9}").json["id"]
    session = client.post(
        "/api/v1/session", json={"email": "mo@example.com", "password": "a long password"}
    ).json
    url, body = f"/api/v1/comments/{held}/decisions", {"action": "approve", "version": 1}
    refused = client.post(url, json=body)
    assert (refused.status_code, refused.json["code"]) == (403, "csrf")
    allowed = client.post(url, json=body, headers={"X-CSRFToken": session["csrf_token"]})
    assert allowed.status_code == 200
    assert allowed.json["by"] == "mo"
