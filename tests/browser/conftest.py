"""A real browser on a running service: Debian's chromium, never a downloaded one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from moderation.services.clock import Clock, utc_now
from tests.browser.live import PASSWORD, Live, serving
from tests.browser.news import News, newspaper

# A busy machine is slow, not wrong.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = shutil.which("chromium")
    return {**browser_type_launch_args, **({"executable_path": found} if found else {})}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Each test has its own server; the plugin's own fixture is deprecated by pytest."""


@pytest.fixture
def server_clock() -> Clock:
    """The service's; tests of what belongs to a day put ``from_noon()`` in its place."""
    return utc_now


@pytest.fixture
def live(tmp_path: Path, sqlite_template: Path, server_clock: Clock) -> Iterator[Live]:
    with serving(tmp_path, sqlite_template, server_clock) as made:
        yield made


@pytest.fixture
def news(live: Live) -> Iterator[News]:
    """A site's pages, on an origin of their own."""
    with newspaper(live) as made:
        yield made


@pytest.fixture
def signed_in(live: Live, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a browser of its own for a person: ``signed_in("Marta Duarte")``."""
    contexts = []

    def open_for(name: str, role: str = "moderator", **options: Any) -> Page:
        context = browser.new_context(base_url=live.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto("/queue")
        page.get_by_label("Email").fill(live.person(name, role))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        # The whole address: the log-in page's own ends with /queue as well.
        page.wait_for_url(f"{live.url}/queue")
        return page

    yield open_for
    for context in contexts:
        context.close()
