"""The plain form on a page of another origin, under a strict policy, without JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from moderation.services.author_mail import MailKeys
from tests.browser.live import OPERATOR, Live
from tests.browser.test_accessibility import violations

DOC = Path(__file__).parents[2] / "docs/wordpress.md"

_URL = "https://blog.example/2026/bridge/"
_HEAD = (
    '<!doctype html><html lang="en"><title>Bridge</title><link rel="stylesheet" href="/said.css">'
)


@pytest.fixture
def article(live: Live) -> Iterator[str]:
    """The address of a page with the form of the documentation, on a port of its own."""
    text = DOC.read_text()
    form, style = (text.split(f"```{kind}\n")[1].split("```")[0] for kind in ("html", "css"))

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = (
                ("text/css", style)
                if self.path == "/said.css"
                else ("text/html; charset=utf-8", f"{_HEAD}{form.replace(_URL, own)}")
            )
            self.send_response(200)
            self.send_header("Content-Type", kind)
            policy = f"default-src 'none'; style-src 'self'; form-action {live.url}"
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(
                content.replace(
                    "https://comments.example/sites/blog", f"{live.url}/sites/blog"
                ).encode()
            )

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    own = f"http://127.0.0.1:{server.server_port}/2026/bridge/"
    origin = own.partition("/2026")[0]
    live.runtime.services.sites.create(OPERATOR, "blog", "Blog", [origin])
    live.app.config["BASE_URL"] = live.url
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield own
    server.shutdown()
    thread.join()
    server.server_close()


def test_reader_without_a_script_is_told_what_is_wrong_and_then_led_back(
    live: Live, article: str, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(article)
    page.get_by_label("Comment").fill("Clueless{insult=0.9}, all of you.")
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("Email").fill("ann@example")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_role("alert")).to_have_text("Please look at the fields.")
    expect(page.get_by_label("Comment")).to_have_value("Clueless{insult=0.9}, all of you.")
    email = page.get_by_label("Email")
    expect(email).to_have_attribute("aria-invalid", "true")
    # The style sheet is let in by the policy, and the page's own form leads back.
    assert email.evaluate("field => getComputedStyle(field).borderTopWidth") == "2px"
    email.fill("ann@example.com")
    page.get_by_role("button", name="Post comment").click()
    page.wait_for_url(f"{article}#comment-queued")
    expect(page.get_by_text("A person will read your comment.")).to_be_visible()
    expect(page.get_by_text("Your comment is being checked.")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_writers_pages_have_no_violation(
    live: Live, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    live.app.config["BASE_URL"] = live.url
    rejected = _rejected(live)
    context = browser.new_context(
        base_url=live.url, color_scheme=scheme, viewport={"width": 390, "height": 844}
    )
    page, found = context.new_page(), {}
    page.goto(f"/receipts/{rejected['receipt']['token']}")
    expect(page.get_by_role("button", name="Appeal")).to_be_visible()
    found["receipt"] = _faults(page)
    page.goto(f"/mail/stop/{MailKeys(live.runtime.secret_key).stop_token(rejected['id'])}")
    found["mail"] = _faults(page)
    page.get_by_role("button").click()
    expect(page.get_by_role("heading")).to_have_text("No more mail")
    page.set_content(
        f'<form method="post" action="{live.url}/sites/gazette/comments"><input name="email">'
        '<input name="page_url" value="https://news.example/a"><button>Send</button></form>'
    )
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found["form"] = _faults(page)
    assert {name: rules for name, rules in found.items() if rules} == {}
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_readers_pages_have_no_violation_and_nothing_is_missing(
    live: Live, browser: Browser, scheme: Literal["light", "dark"], width: int
) -> None:
    live.app.config["BASE_URL"] = live.url
    live.runtime.services.sites.create(OPERATOR, "demo", "Demo", [live.url])
    shown = live.submit("*Well* said.", name="Ruth")
    held = live.submit("Clueless{insult=0.9}, all of you.", email="b@example.com")
    rejected = _rejected(live)
    thread = "/sites/gazette/thread?page_url=https%3A%2F%2Fnews.example%2Fbridge"
    report = f"/sites/gazette/comments/{shown['id']}/report"
    context = browser.new_context(
        base_url=live.url, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    page, found, complaints = context.new_page(), {}, []
    page.on("console", lambda said: complaints.append(f"{said.type}: {said.text}"))
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else 0)
    for name, path in {
        "thread": thread,
        "thread, Arabic": f"{thread}&lang=ar",
        "report": report,
        "report, Arabic": f"{report}?lang=ar",
        "held": f"/receipts/{held['receipt']['token']}",
        "rejected": f"/receipts/{rejected['receipt']['token']}",
        "rejected, Arabic": f"/receipts/{rejected['receipt']['token']}?lang=ar",
        "docs": "/docs",
        "log in": "/login",
        "demo": "/demo",
    }.items():
        page.goto(path, wait_until="networkidle")
        found[name] = _faults(page)
    page.goto(report)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_have_text("What is wrong with it?")
    found["report without a reason"] = _faults(page)
    complaints = [one for one in complaints if not one.startswith("error: Failed to load")]
    assert complaints == [f"{live.url}{report}"]
    page.get_by_label("It is advertising").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you.")
    found["thanks"] = _faults(page)
    page.get_by_role("link", name="Back to the page").click()
    expect(page.get_by_role("heading", name="Comments (1)")).to_be_visible()
    assert {name: rules for name, rules in found.items() if rules} == {}
    context.close()


def _faults(page: Page) -> list[str]:
    width = page.viewport_size["width"] if page.viewport_size else 0
    # The canvas of a page that may stand in a frame is left to the browser, which paints it
    # dark in the dark; axe takes it for white.
    page.evaluate("document.documentElement.style.background = 'Canvas'")
    wide = page.evaluate("document.documentElement.scrollWidth") > width
    return violations(page) + (["it scrolls sideways"] if wide else [])


def _rejected(live: Live) -> dict[str, Any]:
    sent = live.submit("Clueless{insult=0.9}, all of you.")
    token = live.runtime.services.tokens.create(OPERATOR, "moderator", ("gazette",)).token
    live.app.test_client().post(
        f"/api/v1/comments/{sent['id']}/decisions",
        json={"action": "reject", "version": 1, "reason": "Off topic."},
        headers={"Authorization": f"Bearer {token}"},
    )
    return sent
