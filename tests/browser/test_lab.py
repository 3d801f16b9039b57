"""The threshold lab in a real browser, with its handles and without a script."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.judged import judged
from tests.browser.live import OPERATOR, Live

LAB = "/admin/sites/gazette/lab"
SignedIn = Callable[..., Page]


def _comments(live: Live) -> None:
    for place, score in enumerate((0.2, 0.55, 0.7, 0.7, 0.9)):
        live.submit(f"Words {{insult={score}}} {place}", email=f"w{place}@example.com")


def _expect_held(page: Page, *numbers: str) -> None:
    row = page.locator("#outcome tr", has=page.get_by_role("rowheader", name="Held", exact=True))
    expect(row.locator("td")).to_have_text(numbers)


def test_a_handle_previews_and_saving_makes_a_version(live: Live, signed_in: SignedIn) -> None:
    _comments(live)
    page = signed_in("Ada Admin", role="admin")
    page.goto(LAB)
    _expect_held(page, "3", "3", "0")
    handle = page.get_by_role("slider", name="Hold Insult from")
    expect(handle).to_have_attribute("aria-valuetext", "0.65")
    handle.focus()
    for _ in range(15):
        handle.press("ArrowLeft")
    expect(page.locator("[name='insult.queue_at']")).to_have_value("0.50")
    expect(page.locator("#diff")).to_have_text("insult hold 0.65 → 0.50")
    expect(page.locator("#label-insult [data-above]")).to_have_text("4 at or above 0.5, live 3")
    _expect_held(page, "3", "4", "+1")
    expect(page.locator("#changes")).to_contain_text("Words {insult=0.55} 1")
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_role("alert")).to_contain_text("note: Say why; it is required.")
    expect(page.locator("[name='insult.queue_at']")).to_have_value("0.50")
    page.get_by_label(re.compile("Note")).fill("Insults slip through.")
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_role("status").first).to_contain_text("Version 2 is live.")
    expect(page.locator(".versions li").first).to_contain_text("Insults slip through.")
    expect(page.locator(".versions li").first).to_contain_text("insult hold 0.65 → 0.50")
    page.get_by_role("button", name="Roll back to 1").click()
    expect(page.get_by_role("status").first).to_contain_text("Version 3 is live.")
    expect(page.locator("[name='insult.queue_at']")).to_have_value("0.65")


def test_the_lab_works_without_a_script_and_keeps_what_was_typed(
    live: Live, signed_in: SignedIn
) -> None:
    _comments(live)
    page = signed_in("Ada Admin", role="admin", java_script_enabled=False)
    page.goto(LAB)
    page.locator("[name='insult.queue_at']").fill("0.8")
    page.get_by_label("Suspect words").fill("words")
    page.get_by_role("button", name="Preview").last.click()
    _expect_held(page, "3", "5", "+2")
    page.locator("[name='insult.queue_at']").fill("many")
    page.get_by_role("button", name="Preview").last.click()
    expect(page.get_by_role("alert")).to_contain_text("insult: hold from: Must be a number")
    expect(page.locator("[name='insult.queue_at']")).to_have_value("many")
    page.locator("[name='insult.queue_at']").fill("0.8")
    page.locator("#label-insult summary", has_text="Suggest").click()
    page.locator("[name='insult.target']").select_option("per_day")
    page.locator("[name='insult.value']").fill("0.04")
    page.get_by_role("button", name="Find for Insult").click()
    expect(page.locator("#label-insult .suggest")).to_contain_text("Hold from 0.71.")
    page.get_by_role("button", name="Use 0.71").click()
    expect(page.locator("[name='insult.queue_at']")).to_have_value("0.71")


def test_a_version_that_came_meanwhile_is_not_overwritten(live: Live, signed_in: SignedIn) -> None:
    page = signed_in("Ada Admin", role="admin")
    page.goto(LAB)
    change = live.runtime.services.policies.replace
    change(OPERATOR, "gazette", {"max_links": 9, "note": "links"}, lambda version: None)
    page.get_by_label(re.compile("Note")).fill("Mine.")
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_role("alert")).to_contain_text("Version 2 became live meanwhile.")
    expect(page.get_by_role("button", name="Save as version 3")).to_be_visible()


def test_a_moderator_judges_blind(live: Live, signed_in: SignedIn) -> None:
    change = live.runtime.services.policies.replace
    change(OPERATOR, "gazette", {"audit_rate": 1, "note": "audit"}, lambda version: None)
    live.submit("A quiet word.")
    page = signed_in("Marta Duarte")
    page.get_by_role("link", name="Blind").click()
    expect(page.locator(".prose")).to_have_text("A quiet word.")
    page.get_by_role("button", name="No, reject").click()
    expect(page.locator("#main")).to_contain_text("Nothing to judge.")


def test_labels_that_the_model_does_not_score_stand_apart(live: Live, signed_in: SignedIn) -> None:
    change = live.runtime.services.policies.replace
    pair = {"queue_at": 0.7, "reject_at": None}
    wanted = {"thresholds": {"insult": pair, "sexual_explicit": pair}, "note": "two"}
    change(OPERATOR, "gazette", wanted, lambda version: None)
    _comments(live)
    page = signed_in("Ada Admin", role="admin")
    page.goto(LAB)
    apart = page.locator("#not-scored-labels")
    expect(apart).to_contain_text("Sexually explicit: hold from 0.7")
    expect(page.locator("#label-sexual_explicit")).to_have_count(0)
    expect(page.get_by_role("slider", name="Hold Insult from")).to_be_visible()
    expect(page.get_by_role("slider", name=re.compile("Sexual"))).to_have_count(0)
    # Saving something else keeps the threshold; it goes when it is taken out.
    page.get_by_label(re.compile("Note")).fill("Links.")
    page.get_by_label("Links without a hold").fill("1")
    page.get_by_role("button", name="Save as version 3").click()
    expect(apart).to_contain_text("hold from 0.7")
    apart.get_by_label("Take its thresholds out of the policy").check()
    expect(page.locator("#diff")).to_contain_text("sexual_explicit")
    page.get_by_label(re.compile("Note")).fill("Not scored.")
    page.get_by_role("button", name="Save as version 4").click()
    expect(page.get_by_role("status").first).to_contain_text("Version 4 is live.")
    expect(apart).to_have_count(0)


def test_a_second_scale_is_made_used_and_sets_a_threshold(live: Live, signed_in: SignedIn) -> None:
    page = signed_in("Ada Admin", role="admin")
    page.goto("/admin/sites/gazette/calibration?label=insult")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("200 are needed, 200 more.")
    judged(live, 500)
    page.get_by_label("Note").fill("A first look.")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("status").first).to_contain_text("Version 1 is made. It is not in use.")
    expect(page.locator("#main")).to_contain_text("No blind audit is among them")
    expect(page.locator(".diagram")).to_have_count(2)
    assert page.locator(".diagram").first.locator("circle").count() >= 4
    page.goto(LAB)
    expect(page.locator("[data-chances]")).to_have_count(0)
    page.goto("/admin/sites/gazette/calibration?label=insult")
    page.get_by_role("button", name="Use 1").click()
    expect(page.get_by_role("status").first).to_contain_text("No threshold has changed.")
    page.goto(LAB)
    said = page.locator("#label-insult [data-chances]")
    expect(said).to_contain_text("of such comments were rejected by people")
    said.get_by_label("Where people reject, %").fill("80")
    said.get_by_role("button", name="Hold from there").click()
    field = page.locator("[name='insult.queue_at']")
    expect(page.locator("#diff")).to_contain_text("insult hold 0.65 →")
    assert 0.8 <= float(field.input_value()) <= 0.99
    said.get_by_label("Where people reject, %").fill("many")
    said.get_by_role("button", name="Hold from there").click()
    expect(page.get_by_role("alert")).to_contain_text("Give a percentage above 0.")
