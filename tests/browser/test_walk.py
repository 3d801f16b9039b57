"""The two minutes that the README promises, with the model that is bundled."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.test_accessibility import violations
from tests.browser.walk import demo, walk


def test_a_newcomer_posts_is_held_decides_and_sees_it_appear(
    tmp_path: Path, browser: Browser
) -> None:
    with demo(tmp_path) as (article, password):
        walk(browser, article, password, lambda page, _name: None)
        for scheme, width in (("light", 1440), ("dark", 390)):
            context = browser.new_context(
                color_scheme=scheme,  # type: ignore[arg-type]
                viewport={"width": width, "height": 900},
                # axe is put into the page, which the page's own policy rightly refuses.
                bypass_csp=True,
            )
            page = context.new_page()
            page.goto(article)
            page.locator(".comment").first.wait_for()
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            context.close()
