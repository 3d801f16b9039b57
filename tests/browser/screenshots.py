"""Pictures of every page, light and dark, wide and narrow: ``python -m tests.browser.screenshots OUT``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.live import PASSWORD, Live, serving
from tests.browser.seed import paths, seed, seed_reader_words, seed_scale

WIDTHS = (1440, 390)
SCHEMES = ("light", "dark")


def main(out: Path) -> None:
    """Write one PNG a page, scheme and width."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as live:
        pages = paths(*seed(live)) | seed_reader_words(live) | seed_scale(live)
        email = live.person("Ada Admin", "admin")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
            for scheme in SCHEMES:
                for width in WIDTHS:
                    context = browser.new_context(
                        base_url=live.url,
                        color_scheme=scheme,  # type: ignore[arg-type]
                        viewport={"width": width, "height": 900},
                    )
                    _shoot(context.new_page(), live, email, pages, out, f"{scheme}-{width}")
                    context.close()
            browser.close()


def _shoot(
    page: Page, live: Live, email: str, pages: dict[str, str], out: Path, suffix: str
) -> None:
    page.goto(f"{live.url}/login")
    page.screenshot(path=out / f"login-{suffix}.png")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live.url}/")
    for name, path in pages.items():
        page.goto(path)
        page.screenshot(path=out / f"{name}-{suffix}.png", full_page=name not in ("item", "held"))
    _decide_together(page, out / f"outcome-{suffix}.png")


def _decide_together(page: Page, path: Path) -> None:
    """What became of a bulk decision, taken back at once so that the next round is alike."""
    page.goto("/queue/batch?label=obscene&min_score=0.7")
    page.get_by_label("I have read the sample").check()
    page.get_by_role("button", name="It is spam").click()
    page.screenshot(path=path)
    page.get_by_role("button", name="Undo it").click()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
