"""Several people at one queue: holds that end, escalation, notes, the overview."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from models import Comment
from tests.browser.live import PASSWORD, Live, from_noon

SignedIn = Callable[..., Page]


def _held(live: Live, count: int) -> list[str]:
    return [
        live.submit(
            f"Number {place} of them {{insult=0.9}}",
            name=f"Writer {place}",
            email=f"w{place}@example.com",
        )["id"]
        for place in range(count)
    ]


def _end_leases(live: Live) -> None:
    """What the passing of time does to the rows."""
    with live.runtime.store.write() as session:
        for row in session.query(Comment).filter(Comment.claimed_by.is_not(None)):
            row.claimed_by = row.claimed_name = row.claim_expires_at = None


def _clock_of_the_server(page: Page) -> None:
    """Put a browser's clock back after it ran ahead by itself: a hold that the server gives
    now would be over already, and said to be at the next tick."""
    page.clock.set_system_time(datetime.now(UTC))


def test_a_hold_runs_out_before_ones_eyes_and_is_taken_again(
    live: Live, signed_in: SignedIn
) -> None:
    (only,) = _held(live, 1)
    page = signed_in("Marta Duarte")
    page.clock.install()
    page.goto(f"/queue/{only}")
    expect(page.locator(".claim__left")).to_contain_text(re.compile(r"\d min \d+ s left"))
    page.clock.run_for("05:02")
    expect(page.locator(".claim")).to_contain_text("Your hold has run out")
    expect(page.locator("#said")).to_contain_text("You can hold it again")
    _clock_of_the_server(page)
    page.get_by_role("link", name="Hold it again").click()
    expect(page.locator(".claim")).to_contain_text("Yours until")
    page.clock.run_for("00:02")
    expect(page.locator(".claim__left")).to_contain_text(re.compile(r"4 min \d+ s left"))


def test_a_colleagues_ended_hold_is_taken_over_without_a_reload(
    live: Live, signed_in: SignedIn
) -> None:
    first, second = _held(live, 2)
    tomasz = signed_in("Tomasz R")
    tomasz.goto(f"/queue/{first}")
    marta = signed_in("Marta Duarte")
    marta.clock.install()
    marta.goto(f"/queue/{first}")
    expect(marta.locator(f"#card-{first}")).to_have_class(re.compile("is-held"))
    expect(marta.locator(f"#card-{first} .pick")).to_be_disabled()
    _end_leases(live)
    marta.clock.run_for("05:02")
    expect(marta.locator(f"#card-{first}")).not_to_have_class(re.compile("is-held"))
    expect(marta.locator(f"#card-{first} .pick")).to_be_enabled()
    expect(marta.locator(".claim")).to_contain_text("Tomasz R’s hold has run out")
    _clock_of_the_server(marta)
    marta.get_by_role("link", name="Take it over").click()
    expect(marta.locator("#main[data-mine] .claim")).to_contain_text("Yours until")
    marta.keyboard.press("s")
    expect(marta.locator("#main")).to_have_attribute("data-item", second)
    expect(marta.locator("#toast")).to_contain_text("Marked as spam: Writer 0")


def test_an_escalated_comment_with_its_note_reaches_an_admin(
    live: Live, signed_in: SignedIn
) -> None:
    first, second = _held(live, 2)
    page = signed_in("Marta Duarte")
    page.goto(f"/queue/{first}")
    page.locator("summary", has_text="Notes").click()
    page.get_by_label("A note for colleagues").fill("His lawyer has written to us.")
    page.get_by_role("button", name="Add note").click()
    expect(page.get_by_role("status").first).to_contain_text("Your note is kept.")
    page.goto(f"/queue/{first}")
    page.keyboard.press("e")
    expect(page.locator("#main")).to_have_attribute("data-item", second)
    expect(page.locator("#toast")).to_contain_text("Escalated: Writer 0")
    admin = signed_in("Ada Admin", role="admin")
    admin.get_by_role("link", name="Escalated 1").click()
    admin.get_by_role("link", name="Writer 0").click()
    expect(admin.locator("#main")).to_contain_text("His lawyer has written to us.")
    admin.locator("summary", has_text="History").click()
    expect(admin.locator("#main")).to_contain_text("Escalated by Marta Duarte")


def test_keys_claim_move_search_and_explain_themselves(live: Live, signed_in: SignedIn) -> None:
    first, second, third = _held(live, 3)
    page = signed_in("Marta Duarte")
    page.keyboard.press("c")
    expect(page.locator("#main")).to_have_attribute("data-item", first)
    expect(page.locator(".list__head")).to_contain_text("Held: you 3")
    expect(page.locator(".review[data-ready]")).to_be_attached()
    for key, wanted in (("j", second), ("j", third), ("k", second)):
        page.keyboard.press(key)
        expect(page.locator("#main")).to_have_attribute("data-item", wanted)
        expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_label("Search what waits")).to_be_focused()
    page.keyboard.type("writer 2")
    page.keyboard.press("Enter")
    expect(page.locator("#cards .card")).to_have_count(1)


def test_a_second_key_before_the_next_one_is_there_decides_nothing(
    live: Live, signed_in: SignedIn
) -> None:
    first, second = _held(live, 2)
    page = signed_in("Marta Duarte")
    page.goto(f"/queue/{first}")
    page.evaluate(
        "for (const key of ['a', 'r']) document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    )
    expect(page.locator("#toast")).to_contain_text("Approved: Writer 0")
    expect(page.locator("#main[data-mine]")).to_have_attribute("data-item", second)
    expect(page.locator(f"#card-{first}")).to_contain_text("Approved by you")


def test_own_words_are_asked_for_and_reach_the_writer(live: Live, signed_in: SignedIn) -> None:
    (only,) = _held(live, 1)
    page = signed_in("Marta Duarte")
    page.goto(f"/queue/{only}")
    page.keyboard.press("0")
    page.keyboard.press("Escape")
    expect(page.locator("#own")).to_be_focused()
    page.keyboard.type("Please say it without the name.")
    page.get_by_role("button", name=re.compile("^Reject r")).click()
    expect(page.locator("#outcome")).to_contain_text("told “Please say it without the name.”")


@pytest.mark.parametrize("server_clock", [from_noon()], ids=["one day"])
def test_the_overview_counts_what_the_team_has_done(live: Live, signed_in: SignedIn) -> None:
    ids = _held(live, 3)
    page = signed_in("Marta Duarte")
    page.keyboard.press("j")
    for comment_id, key, told in zip(ids, "ar", ("Approved", "Rejected"), strict=False):
        expect(page.locator("#main[data-mine]")).to_have_attribute("data-item", comment_id)
        page.keyboard.press(key)
        expect(page.locator("#toast")).to_contain_text(told)
    page.goto("/")
    stats: Any = page.locator(".stats")
    expect(stats.locator(".stat", has_text="Waiting").locator("dd").first).to_have_text("1")
    expect(stats.locator(".stat", has_text="Decided today").locator("dd").first).to_have_text("2")
    row = page.get_by_role("region", name="Decisions by reason").get_by_role("row", name="Insult")
    expect(row.get_by_role("cell")).to_have_text(["2", "1", "0", "1", "too few"])
    scorer = page.locator("section", has=page.get_by_role("heading", name="Scorer"))
    expect(scorer).to_contain_text("working")
    expect(scorer).to_contain_text(re.compile(r"half in .*\d m?s, 95 % in .*\d m?s"))
    expect(page.locator("#exposure")).to_contain_text(re.compile(r"Pause due\s*in \d+ min"))


def test_a_new_password_signs_other_browsers_out(live: Live, signed_in: SignedIn) -> None:
    here = signed_in("Marta Duarte")
    there: Page = here.context.browser.new_context(base_url=live.url).new_page()  # type: ignore[union-attr]
    there.goto("/login")
    there.get_by_label("Email").fill("marta@news.example")
    there.get_by_label("Password").fill(PASSWORD)
    there.get_by_role("button", name="Sign in").click()
    expect(there.get_by_role("button", name="Sign out")).to_be_visible()
    here.goto("/account")
    here.get_by_label("Present password").fill(PASSWORD)
    here.get_by_label("New password").fill("another long password")
    here.get_by_role("button", name="Change it").click()
    expect(here.get_by_role("status").first).to_contain_text("Your password is changed")
    there.goto("/queue")
    expect(there).to_have_url(re.compile("/login"))
    there.context.close()
