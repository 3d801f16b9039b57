"""A moderator's whole day in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from models import Comment
from tests.browser.live import OPERATOR, PASSWORD, Live, from_noon

SignedIn = Callable[..., Page]


def _cards(page: Page) -> Any:
    return page.locator("#cards .card")


def _open_first(page: Page) -> None:
    page.keyboard.press("j")
    expect(page.locator("#main[data-mine]")).to_be_visible()


def _held(live: Live, count: int) -> list[str]:
    return [
        live.submit(
            f"Number {place} of them {{insult=0.9}}",
            name=f"Writer {place}",
            email=f"w{place}@example.com",
        )["id"]
        for place in range(count)
    ]


def _status(live: Live, comment_id: str) -> str:
    return live.runtime.services.read_comment.detail(OPERATOR, comment_id).item.status


def test_a_wrong_password_is_refused_and_the_wanted_page_follows(live: Live, page: Page) -> None:
    email = live.person("Marta Duarte")
    page.goto(f"{live.url}/search?q=heron")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill("not the right password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Wrong email or password.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{live.url}/search?q=heron")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_deciding_by_keys_opens_the_next_at_once_and_undo_is_the_servers(
    live: Live, signed_in: SignedIn
) -> None:
    first, second, third = _held(live, 3)
    page = signed_in("Marta Duarte")
    expect(_cards(page)).to_have_count(3)
    _open_first(page)
    expect(page.locator("#main")).to_have_attribute("data-item", first)
    expect(page.locator(".claim")).to_contain_text("Yours until")
    page.keyboard.press("1")
    page.keyboard.press("r")
    expect(page.locator("#main")).to_have_attribute("data-item", second)
    expect(page.locator(f"#card-{first}")).to_contain_text("Rejected by you")
    expect(page.locator("#toast")).to_contain_text("Rejected: Writer 0")
    assert _status(live, first) == "rejected"
    page.keyboard.press("a")
    expect(page.locator("#main")).to_have_attribute("data-item", third)
    expect(page.locator("#toast")).to_contain_text("Approved: Writer 1")
    listed = page.locator("#undoable li")
    expect(listed).to_contain_text(["Approved Writer 1", "Rejected Writer 0"])
    page.keyboard.press("z")
    expect(page.locator("#main")).to_have_attribute("data-item", second)
    expect(page.locator("#toast")).to_contain_text("Undone")
    assert _status(live, second) == "queued"
    expect(page.locator("#main")).to_be_focused()
    expect(listed).to_contain_text(["Rejected Writer 0"])
    page.get_by_role("button", name="Undo: Rejected Writer 0").click()
    expect(page.locator("#main")).to_have_attribute("data-item", first)
    expect(page.get_by_text("Nothing.", exact=True)).to_be_visible()
    assert _status(live, first) == "queued"


def test_two_browsers_never_hold_the_same_one(live: Live, signed_in: SignedIn) -> None:
    (only,) = _held(live, 1)
    marta, tomasz = signed_in("Marta Duarte"), signed_in("Tomasz R")
    _open_first(marta)
    tomasz.goto(f"/queue/{only}")
    expect(tomasz.locator(".claim")).to_contain_text("Marta Duarte is looking at this until")
    expect(tomasz.get_by_role("button", name="Approve a")).to_have_count(0)
    expect(tomasz.locator(f"#card-{only}")).to_have_class(re.compile("is-held"))
    marta.keyboard.press("x")
    expect(marta.locator("#main[data-mine]")).to_have_count(0)
    tomasz.reload()
    expect(tomasz.locator(".claim")).to_contain_text("Yours until")


def test_a_stale_decision_shows_what_the_other_did(live: Live, signed_in: SignedIn) -> None:
    (only,) = _held(live, 1)
    marta = signed_in("Marta Duarte")
    _open_first(marta)
    # The lease ends while Marta is away, and a colleague decides.
    with live.runtime.store.write() as session:
        row = session.get(Comment, only)
        assert row is not None
        row.claimed_by = row.claimed_name = row.claim_expires_at = None
    tomasz = signed_in("Tomasz R")
    _open_first(tomasz)
    tomasz.keyboard.press("a")
    expect(tomasz.locator("#toast")).to_contain_text("Approved")
    marta.keyboard.press("r")
    expect(marta.locator("#toast")).to_contain_text("somebody else decided it first")
    expect(marta.locator("#outcome")).to_contain_text("Approved by Tomasz R")
    assert _status(live, only) == "published"


HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    " \u202eevil\u202c [x](javascript:alert(1)) " + "W" * 3000 + " {insult=0.9}"
)


def test_a_hostile_comment_renders_as_text_and_does_nothing(
    live: Live, signed_in: SignedIn
) -> None:
    comment_id = live.submit(HOSTILE, name="<b>Eve</b>\u202e")["id"]
    page = signed_in("Marta Duarte", viewport={"width": 390, "height": 800})
    troubles: list[str] = []
    page.on(
        "console",
        lambda message: troubles.append(message.text) if message.type == "error" else None,
    )
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    for path in (f"/queue/{comment_id}", f"/comments/{comment_id}/author",
                 f"/comments/{comment_id}/similar", "/search", "/queue/batch"):  # fmt: skip
        page.goto(path)
        expect(page.locator("main").get_by_text("<script>document.title").first).to_be_visible()
        assert "owned" not in page.title()
        assert page.locator("main img, main script").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    assert troubles == []


@pytest.mark.parametrize("server_clock", [from_noon()], ids=["one day"])
def test_severe_passages_are_blurred_until_asked_for_and_then_counted(
    live: Live, signed_in: SignedIn
) -> None:
    live.submit("The bridge is fine. Watch out tonight{threat=0.9} my friend.", name="Rat")
    page = signed_in("Marta Duarte")
    expect(_cards(page).first).not_to_contain_text("tonight")
    _open_first(page)
    expect(page.locator("#text")).to_contain_text("The bridge is fine")
    expect(page.locator("#text")).not_to_contain_text("tonight")
    page.keyboard.press("v")
    expect(page.locator("#text")).to_contain_text("tonight")
    page.goto("/")
    expect(page.locator("#exposure")).to_contain_text("2 of 40 severe passages shown")


def test_a_reader_can_switch_blur_and_keys_off(live: Live, signed_in: SignedIn) -> None:
    _held(live, 1)
    live.submit("Watch out tonight{threat=0.9} my friend.", name="Rat")
    page = signed_in("Marta Duarte")
    page.goto("/account")
    page.get_by_label(re.compile("Blur")).uncheck()
    page.get_by_label(re.compile("Single letters")).uncheck()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("status")).to_contain_text("Kept")
    page.goto("/queue")
    page.get_by_role("link", name="Rat", exact=True).click()
    expect(page.locator("#text")).to_contain_text("tonight")
    page.keyboard.press("a")
    page.keyboard.press("j")
    expect(page.locator("#main")).to_have_attribute("data-name", "Rat")


def test_bulk_lists_what_did_not_go_through_and_is_undone(live: Live, signed_in: SignedIn) -> None:
    first, second, third = _held(live, 3)
    page = signed_in("Marta Duarte")
    for place in range(3):
        page.get_by_label(f"Select the comment by Writer {place}").check()
    expect(page.locator("#picked")).to_have_text("3 selected")
    other = signed_in("Tomasz R")
    other.goto(f"/queue/{second}")
    page.locator("#bulk").get_by_role("button", name="Spam").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Marked as spam: 2 of 3")
    expect(page.locator("#main")).to_contain_text("somebody else is looking at it")
    page.get_by_role("button", name="Undo all 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Undone: 2 of 2")
    assert [_status(live, comment_id) for comment_id in (first, second, third)] == ["queued"] * 3


def test_a_filter_is_decided_after_a_look_at_a_sample(live: Live, signed_in: SignedIn) -> None:
    _held(live, 12)
    live.submit("A gentle {insult=0.6} one")
    page = signed_in("Marta Duarte")
    page.goto("/queue/batch?min_score=0.8")
    expect(page.locator(".found")).to_have_count(8)
    page.get_by_role("button", name="Reject all 12").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Decide 12 together")
    page.get_by_label(re.compile("I have read the sample")).check()
    page.get_by_role("button", name="Reject all 12").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rejected: 12 of 12")


def test_near_duplicates_are_one_card_and_decided_together(live: Live, signed_in: SignedIn) -> None:
    for place in range(4):
        live.submit(
            f"My cousin makes {place}00 a month from home with this, look at my page {{insult=0.9}}",
            name=f"Bot {place}",
            email=f"bot{place}@example.com",
            page_url=f"https://news.example/{place}",
        )
    page = signed_in("Marta Duarte")
    expect(_cards(page)).to_have_count(1)
    page.get_by_role("link", name="4 nearly the same").click()
    page.get_by_role("button", name="Mark as spam").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Marked as spam: 4 of 4")


def test_the_author_page_and_a_sample_show_each_comment_whole(
    live: Live, signed_in: SignedIn
) -> None:
    body = "My cousin makes it from home with this. " * 12 + "{insult=0.9} The end of it, "
    ids = [live.submit(f"{body} {place}.")["id"] for place in range(2)]
    page = signed_in("Marta Duarte")
    for path in (f"/comments/{ids[0]}/author", "/queue/batch", "/search?q=cousin"):
        page.goto(path)
        expect(page.locator(".found", has_text="The end of it")).to_have_count(2)


def test_new_comments_wait_behind_a_bar(live: Live, signed_in: SignedIn) -> None:
    _held(live, 1)
    page = signed_in("Marta Duarte")
    page.clock.install()
    page.goto("/queue")
    live.submit("Later {insult=0.9}", name="Late", email="late@example.com")
    page.clock.run_for(21_000)
    expect(page.locator("#newer")).to_have_text("1 new. Show them")
    expect(_cards(page)).to_have_count(1)
    page.locator("#newer").click()
    expect(_cards(page)).to_have_count(2)


def test_an_author_is_blocked_with_a_note(live: Live, signed_in: SignedIn) -> None:
    (only,) = _held(live, 1)
    page = signed_in("Marta Duarte")
    page.goto(f"/comments/{only}/author")
    page.get_by_label(re.compile("Blocked")).check()
    page.get_by_label("Why, for colleagues").fill("Third time this week.")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".chip", has_text="blocked")).to_be_visible()
    answer = live.submit("A kind word.", email="w0@example.com")
    assert (answer["status"], answer["reasons"]) == ("rejected", ["author_blocked"])
    page.goto(f"/queue/{answer['id']}")
    expect(page.locator("#main")).to_contain_text("A moderator has blocked this author")


def test_an_admin_edits_the_reasons_that_digits_pick(live: Live, signed_in: SignedIn) -> None:
    (only,) = _held(live, 1)
    page = signed_in("Ada Admin", role="admin")
    page.goto("/admin/sites/gazette/reasons")
    page.get_by_label("Label 1", exact=True).fill("Rude")
    page.get_by_label("Sentence 1", exact=True).fill("It is rude.")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("status").first).to_contain_text("The reasons are kept.")
    page.goto(f"/queue/{only}")
    page.keyboard.press("1")
    page.keyboard.press("r")
    expect(page.locator("#outcome")).to_contain_text("told “It is rude.”")


def test_reading_and_deciding_work_without_a_script(live: Live, signed_in: SignedIn) -> None:
    first, second = _held(live, 2)
    page = signed_in("Marta Duarte", java_script_enabled=False)
    page.get_by_role("button", name=re.compile("Claim 10")).click()
    expect(page.locator("#main")).to_have_attribute("data-item", first)
    page.get_by_role("button", name=re.compile("^Reject r")).click()
    expect(page.locator("#main")).to_have_attribute("data-item", second)
    expect(page.get_by_role("status").first).to_contain_text("Rejected")
    assert _status(live, first) == "rejected"
    page.get_by_role("button", name=re.compile("^Undo: Rejected")).click()
    expect(page.locator("#main")).to_have_attribute("data-item", first)
    assert _status(live, first) == "queued"


@pytest.mark.parametrize("path", ["/admin", "/admin/sites/gazette/reasons"])
def test_what_is_for_admins_is_closed_to_moderators(signed_in: SignedIn, path: str) -> None:
    page = signed_in("Marta Duarte")
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 403
