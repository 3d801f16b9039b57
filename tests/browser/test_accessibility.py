"""axe-core finds nothing on any page, in light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.browser.live import Live
from tests.browser.seed import paths, seed, seed_reader_words, seed_scale

AXE = Path(__file__).parent / "vendor" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """What axe-core finds on a page."""
    page.evaluate(AXE.read_text())
    # What passes is not listed and nothing gets a selector: on the long page of the API's
    # documentation these take a third of the time.
    wanted = "{resultTypes: ['violations'], selectors: false}"
    found = page.evaluate(f"async () => (await axe.run({wanted})).violations")
    return [
        f"{rule['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_violation(
    live: Live, signed_in: Callable[..., Page], scheme: Literal["light", "dark"], width: int
) -> None:
    pages = paths(*seed(live)) | seed_reader_words(live) | seed_scale(live)
    page = signed_in(
        "Ada Admin", role="admin", color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    found = {}
    for name, path in pages.items():
        page.goto(path)
        found[name] = violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found[name].append("it scrolls sideways")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    found["login"] = violations(page)
    assert {name: rules for name, rules in found.items() if rules} == {}
