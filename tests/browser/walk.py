"""The walk that the README takes a newcomer on, with the bundled model and the demo site.

``python -m tests.browser.walk OUT`` writes its pictures; ``test_walk.py`` goes the same way.
"""

from __future__ import annotations

import re
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from moderation.app import create_app
from moderation.bootstrap import bootstrap
from moderation.cli import register_commands
from moderation.migrate import migrate
from moderation.settings import read_settings
from tests.browser.live import whole

KIND = "Thank you. My daughter starts at the east bank school in September, and this is a forty minute walk saved."
RUDE = "You are a stupid idiot."
Shoot = Callable[[Page, str], Any]


@contextmanager
def demo(folder: Path) -> Iterator[tuple[str, str]]:
    """What ``make run`` does, on a free port; the address and the moderator's password."""
    # Kept from the start: another could take the port while the service is being made.
    listener = socket.create_server(("127.0.0.1", 0))
    host, port = listener.getsockname()
    bind = f"{host}:{port}"
    settings = read_settings({"MODERATION_INSTANCE": str(folder), "MODERATION_BIND": bind})
    migrate(settings.database_url, settings.instance)
    runtime = bootstrap(settings)
    app = create_app(runtime=runtime)
    register_commands(app)
    said = app.test_cli_runner().invoke(args=["prepare-demo"]).stdout
    password = re.search(r"moderator@demo\.example  password: (\S+)", said)
    assert password is not None, said
    runtime.scorer.warm_up(wait=True)
    server = make_server(host, port, whole(app), threaded=True, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield said.split()[2], password[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        listener.close()
        runtime.close()


def walk(browser: Browser, article: str, password: str, shoot: Shoot) -> None:
    """Post, be held, decide as the moderator, see it appear."""
    first = _window(browser)
    first.goto(article)
    expect(first.get_by_role("heading", name="No comments yet")).to_be_visible()
    shoot(first, "demo-article")
    _post(first, "Ruth A.", "ruth@example.com", KIND)
    expect(first.locator(".comment")).to_contain_text("Thank you.")
    first.context.close()
    reader = _window(browser)
    reader.goto(article)
    _post(reader, "Kev T.", "kev@example.com", RUDE)
    held = reader.locator(".mine", has_text=RUDE)
    expect(held).to_contain_text("Waiting for review. Only you can see this.")
    shoot(reader, "demo-held")
    moderator = _window(browser)
    queue = article.replace("/demo", "/queue")
    moderator.goto(queue)
    moderator.get_by_label("Email").fill("moderator@demo.example")
    moderator.get_by_label("Password").fill(password)
    moderator.get_by_role("button", name="Sign in").click()
    # The whole address: the log-in page's own ends with /queue as well.
    moderator.wait_for_url(queue)
    moderator.keyboard.press("j")
    expect(moderator.locator("#main[data-mine]")).to_be_visible()
    moderator.keyboard.press("a")
    expect(moderator.locator("#toast")).to_contain_text("Approved")
    reader.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(reader.locator(".comment", has_text=RUDE)).to_be_visible()
    expect(reader.get_by_role("link", name="2 comments")).to_be_visible()
    shoot(reader, "demo-published")
    reader.context.close()
    moderator.context.close()


def _window(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1100, "height": 820}).new_page()
    page.set_default_timeout(30_000)
    return page


def _post(page: Page, name: str, email: str, body: str) -> None:
    page.get_by_label("Name *").fill(name)
    page.get_by_label("Email *").fill(email)
    page.get_by_label("Comment *").fill(body)
    page.get_by_role("button", name="Post Comment").click()


def main(out: Path) -> None:
    """Write the README's pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        demo(Path(folder)) as (article, password),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))

        def shoot(page: Page, name: str) -> None:
            if name != "demo-article":
                page.locator("section.comments").evaluate("node => node.scrollIntoView()")
            page.screenshot(path=out / f"{name}.png")

        walk(browser, article, password, shoot)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
