"""An admin sets a site up, lets somebody in and gives a program a token."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.live import OPERATOR, Live


def test_an_admin_sets_a_site_up_without_a_script(
    live: Live, signed_in: Callable[..., Page]
) -> None:
    page = signed_in("Ada Admin", role="admin", java_script_enabled=False)
    page.goto("/admin")
    page.get_by_text("New site").click()
    page.get_by_label("Name", exact=True).fill("Weekend")
    page.get_by_label("Name in addresses").fill("week end")
    page.get_by_label("Origins").fill("https://weekend.example")
    page.get_by_role("button", name="Make the site").click()
    expect(page.get_by_role("alert")).to_contain_text("slug: Lower-case letters")
    page.get_by_label("Name in addresses").fill("weekend")
    page.get_by_role("button", name="Make the site").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Weekend")
    page.get_by_label("Longest comment").fill("many")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("alert")).to_contain_text("body max: Must be a whole number")
    page.get_by_label("Longest comment").fill("500")
    page.get_by_label("A page closes after").fill("30")
    page.get_by_label("Language of mail to authors").select_option("de")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("status").first).to_contain_text("Kept.")
    settings = live.runtime.services.sites.get(OPERATOR, "weekend").settings
    assert (settings["body_max"], settings["closes_after_days"], settings["flood_s"]) == (
        500,
        30,
        None,
    )
    assert settings["mail_language"] == "de"
    page.get_by_label("The list is").select_option("wordpress_moderation")
    page.get_by_label("Words, one a line").fill("casino\n192.0.2.7")
    page.get_by_role("button", name="Add to the policy").click()
    expect(page.get_by_role("status").first).to_contain_text("1 suspect words added.")
    expect(page.get_by_role("status").first).to_contain_text("left out: 192.0.2.7")
    rules = live.runtime.services.policies.current(OPERATOR, "weekend").rules
    assert rules["suspect_words"] == ["casino*"]


def test_people_and_tokens_come_and_go(live: Live, signed_in: Callable[..., Page]) -> None:
    page = signed_in("Ada Admin", role="admin")
    page.goto("/admin/people")
    page.get_by_text("Add somebody").click()
    page.get_by_label("Email").fill("mo@news.example")
    page.get_by_label("Name").fill("Mo Baker")
    page.get_by_label("Gazette", exact=True).check()
    page.get_by_label("Password", exact=True).fill("a long password")
    page.get_by_role("button", name="Add", exact=True).click()
    row = page.locator("li", has_text="Mo Baker")
    expect(row).to_contain_text("gazette")
    row.get_by_text("Change").click()
    row.get_by_label("May sign in").uncheck()
    row.get_by_role("button", name="Keep").click()
    expect(row).to_contain_text("shut out")
    row.get_by_text("Change").click()
    row.get_by_role("button", name="Remove Mo Baker").click()
    expect(row).to_have_count(0)
    page.goto("/admin/tokens")
    page.get_by_text("Make a token").click()
    page.get_by_label("Name").fill("feed reader")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("exactly one site")
    page.get_by_label("Gazette").check()
    page.get_by_role("button", name="Make it").click()
    token = page.locator(".token").inner_text()
    assert live.runtime.services.authenticate.by_token(token) is not None
    page.reload()
    page.goto("/admin/tokens")
    expect(page.locator("main")).not_to_contain_text(token)
    page.get_by_role("button", name=re.compile("Revoke feed reader")).first.click()
    expect(page.get_by_role("status").first).to_contain_text("Revoked.")
    assert live.runtime.services.authenticate.by_token(token) is None
    page.goto("/admin/log")
    expect(page.locator("tbody tr").first).to_contain_text("token revoked")
    expect(page.locator("tbody")).to_contain_text("Ada Admin")
