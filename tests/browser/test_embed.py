"""The embed on a newspaper's page of another origin, under the strictest policy that it allows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page, Route, expect

from moderation.services.decide_comment import Target, Verdict
from tests.browser.live import OPERATOR, Live
from tests.browser.news import News
from tests.browser.test_accessibility import violations

HELD = "Absolute clowns. {insult=0.9}"


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that keeps what the browser complains about; broken policies fail the test."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.set_default_timeout(30_000)
    yield page
    broken = re.compile("Content Security|Refused|TypeError|ReferenceError|CORS")
    assert [text for text in complaints if broken.search(text)] == []


def _fill(page: Page, body: str, name: str = "Dana W.", email: str = "dana@example.com") -> None:
    page.get_by_label("Name *").fill(name)
    page.get_by_label("Email *").fill(email)
    page.get_by_label("Comment *").fill(body)


def _post(page: Page, body: str, **fields: str) -> None:
    _fill(page, body, **fields)
    page.get_by_role("button", name="Post Comment").click()


def _bodies(live: Live, url: str) -> list[str]:
    thread = live.runtime.services.show_comments.thread(
        "gazette", url, newest=False, after=None, limit=100
    )
    return [item.body for item in thread.items]


def _approve(live: Live, comment_id: str) -> None:
    services = live.runtime.services
    detail = services.read_comment.detail(OPERATOR, comment_id)
    target = Target(comment_id, detail.item.version)
    services.decide_comment(OPERATOR, target, Verdict("approve"))


def test_a_comment_is_posted_and_seen_at_once(live: Live, news: News, page: Page) -> None:
    url = news.publish("/a", news.script())
    page.goto(url)
    expect(page.get_by_role("heading", name="No comments yet")).to_be_visible()
    expect(page.get_by_role("heading", name="Leave a Reply")).to_be_visible()
    expect(page.locator("form")).to_contain_text(
        "Your email address will not be published. Required fields are marked *"
    )
    for label in ("Name *", "Email *", "Comment *"):
        expect(page.get_by_label(label)).to_have_attribute("required", "")
    _post(page, "Well said, *all* of it.")
    expect(page.locator(".comment")).to_contain_text("Well said, all of it.")
    expect(page.locator(".comment em")).to_have_text("all")
    expect(page.get_by_role("heading", name="1 comment")).to_be_visible()
    expect(page.locator(".mine")).to_be_focused()
    expect(page.get_by_label("Comment *")).to_have_value("")
    assert _bodies(live, url) == ["Well said, *all* of it."]


def test_a_held_comment_is_its_authors_alone_until_it_is_approved(
    live: Live, news: News, page: Page
) -> None:
    url = news.publish("/held", news.script())
    page.goto(url)
    _post(page, HELD)
    mine = page.locator(".mine")
    expect(mine).to_contain_text("Waiting for review. Only you can see this.")
    expect(mine).to_contain_text("The program thinks it may insult a person.")
    expect(page.locator(".comment")).to_have_count(0)
    receipt = mine.get_by_role("link", name="Your receipt").get_attribute("href") or ""
    page.reload()
    expect(mine).to_contain_text(HELD)
    token = receipt.rsplit("/", 1)[1]
    _approve(live, live.runtime.services.read_receipt(token).id)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(mine).to_contain_text("Your comment is published.")
    expect(page.locator(".comment")).to_contain_text(HELD)
    page.reload()
    expect(page.locator(".comment")).to_have_count(1)
    expect(mine).to_have_count(0)


def test_a_comment_that_is_being_checked_follows_its_state(news: News, page: Page) -> None:
    def put_off(route: Route) -> None:
        if route.request.method == "POST":
            answer = route.fetch()
            route.fulfill(response=answer, status=202, json={**answer.json(), "status": "pending"})
        else:
            route.continue_()

    page.route("**/comments?nudge=1", put_off)
    page.clock.install()
    page.goto(news.publish("/pending", news.script()))
    _post(page, HELD)
    expect(page.locator(".mine")).to_contain_text("Being checked. Only you can see this.")
    page.clock.run_for(3_500)
    expect(page.locator(".mine")).to_contain_text("Waiting for review. Only you can see this.")


def test_faults_stand_beside_their_fields_and_the_draft_outlives_the_page(
    news: News, page: Page
) -> None:
    page.goto(news.publish("/faults", news.script()))
    _post(page, "A long thought.", email="dana@example")
    email = page.get_by_label("Email *")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description(re.compile("valid email address"))
    expect(page.get_by_role("alert")).to_contain_text("Not sent yet.")
    page.reload()
    expect(page.get_by_label("Comment *")).to_have_value("A long thought.")
    expect(page.get_by_label("Name *")).to_have_value("Dana W.")
    email = page.get_by_label("Email *")
    email.fill("dana@example.com")
    page.get_by_role("button", name="Post Comment").click()
    expect(page.locator(".comment")).to_have_count(1)
    page.reload()
    expect(page.locator(".comment")).to_have_count(1)
    for label in ("Comment *", "Name *", "Email *"):
        expect(page.get_by_label(label)).to_have_value("")


def test_name_and_email_are_remembered_with_consent_only(news: News, page: Page) -> None:
    page.goto(news.publish("/me", news.script()))
    page.get_by_label("Save my name").check()
    _post(page, "First.")
    expect(page.locator(".comment")).to_have_count(1)
    page.goto(news.publish("/me-too", news.script()))
    expect(page.get_by_label("Email *")).to_have_value("dana@example.com")
    page.get_by_label("Save my name").uncheck()
    _post(page, "Second.")
    expect(page.locator(".comment")).to_have_count(1)
    kept = page.evaluate("JSON.stringify(Object.entries(localStorage))")
    assert "dana" not in kept.casefold()


def test_offline_in_the_middle_loses_nothing_and_sends_once(
    live: Live, news: News, page: Page
) -> None:
    url = news.publish("/offline", news.script())
    page.goto(url)
    _fill(page, "Written in a tunnel.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Post Comment").click()
    expect(page.get_by_role("alert")).to_contain_text("You are offline.")
    expect(page.get_by_label("Comment *")).to_have_value("Written in a tunnel.")
    assert "Written in a tunnel." in page.evaluate("JSON.stringify(Object.values(localStorage))")
    page.context.set_offline(False)
    expect(page.locator(".comment")).to_contain_text("Written in a tunnel.")
    assert _bodies(live, url) == ["Written in a tunnel."]


def test_an_answer_lost_on_the_way_makes_no_second_comment(
    live: Live, news: News, page: Page
) -> None:
    url = news.publish("/lost", news.script())
    keys: list[str | None] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        keys.append(route.request.headers.get("idempotency-key"))
        if len(keys) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/sites/gazette/comments?nudge=1", lose_the_first)
    page.goto(url)
    _post(page, "Only once.")
    expect(page.locator(".comment")).to_contain_text("Only once.")
    assert len(keys) == 2
    assert keys[0]
    assert keys[0] == keys[1]
    assert _bodies(live, url) == ["Only once."]


def test_what_is_written_while_the_answer_is_on_its_way_stays(
    live: Live, news: News, page: Page
) -> None:
    url = news.publish("/slow", news.script())

    def write_meanwhile(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    held: list[Route] = []
    page.route("**/comments?nudge=1", write_meanwhile)
    page.goto(url)
    with page.expect_request(lambda request: request.method == "POST"):
        _post(page, "First thought.")
    page.get_by_label("Comment *").fill("Second thought.")
    held[0].continue_()
    expect(page.locator(".comment .text")).to_have_text("First thought.")
    expect(page.get_by_label("Comment *")).to_have_value("Second thought.")
    page.reload()
    expect(page.get_by_label("Comment *")).to_have_value("Second thought.")
    assert _bodies(live, url) == ["First thought."]


def test_hostile_names_websites_and_bodies_stay_text(live: Live, news: News, page: Page) -> None:
    url = news.publish("/hostile", news.script())
    name = "<img src=x onerror=window.broken=1>\u202e\"'"
    body = (
        "<script>window.broken=1</script> <img src=x onerror=window.broken=1> "
        "[x](javascript:window.broken=1) </template></style> {{7*7}}"
    )
    sent = live.submit(body, name=name, page_url=url, website="https://example.org/\"'><b>")

    def corrupt(route: Route) -> None:
        answer = route.fetch()
        thread = answer.json()
        for item in thread["items"]:
            item["author"]["website"] = "javascript:window.broken=1"
        route.fulfill(response=answer, json=thread)

    page.goto(url)
    comment = page.locator(f"#comment-{sent['id']}")
    expect(comment).to_contain_text("<script>window.broken=1</script>")
    expect(comment.locator("bdi")).to_have_text(name)
    expect(comment.locator("img, script, b, [onerror], a[href^='javascript']")).to_have_count(0)
    expect(comment.locator("a.author")).to_have_attribute("rel", "nofollow ugc noopener")
    page.route("**/api/v1/sites/gazette/comments?page_url*", corrupt)
    page.reload()
    expect(comment).to_be_visible()
    expect(comment.locator("a.author")).to_have_count(0)
    assert page.evaluate("window.broken") is None


def test_replies_are_one_level_and_permalinks_find_later_parts(
    live: Live, news: News, page: Page
) -> None:
    url = news.publish("/thread", news.script('data-limit="3"'))
    first = live.submit("First.", page_url=url)["id"]
    second = live.submit("Second.", page_url=url)["id"]
    reply = live.submit("To first.", page_url=url, parent_id=first, name="Malik")["id"]
    deeper = live.submit("To the reply.", page_url=url, parent_id=reply)["id"]
    last = live.submit("Third.", page_url=url)["id"]
    page.goto(url)
    comments = page.locator(".comment")
    expect(comments).to_have_count(3)
    order = [first, reply, deeper, second, last]
    replies = page.locator(f"#comment-{first} > .replies > .comment")
    expect(replies).to_have_count(2)
    expect(replies.nth(1)).to_contain_text("to \u2068Malik\u2069")
    page.get_by_role("button", name="Show more comments").click()
    expect(comments).to_have_count(5)
    expect(page.locator(f"#comment-{second}")).to_be_focused()
    expect(page.get_by_role("button", name="Show more comments")).to_be_hidden()
    assert comments.evaluate_all("all => all.map(one => one.id)") == [f"comment-{i}" for i in order]
    page.get_by_role("button", name="Newest").click()
    expect(comments.first).to_have_id(f"comment-{last}")
    page.goto(f"{url}?utm_source=letter#comment-{last}")
    target = page.locator(f"#comment-{last}")
    expect(target).to_be_focused()
    expect(target).to_have_class(re.compile("is-target"))
    expect(target).to_be_in_viewport()


def test_a_reply_by_keyboard_lands_below_its_comment(live: Live, news: News, page: Page) -> None:
    url = news.publish("/keys", news.script())
    first = live.submit("First.", page_url=url, name="Ruth A.")["id"]
    live.submit("Second.", page_url=url)
    page.goto(url)
    page.get_by_role("button", name="Reply to Ruth A.").press("Enter")
    expect(page.get_by_label("Comment *")).to_be_focused()
    page.get_by_role("button", name="Newest").click()
    expect(page.locator(".comment").last).to_have_id(f"comment-{first}")
    page.get_by_label("Comment *").focus()
    expect(page.get_by_role("heading", name="Leave a Reply to")).to_contain_text("Ruth A.")
    page.keyboard.type("Thank you.")
    page.get_by_label("Name *").fill("Dana")
    page.get_by_label("Email *").fill("dana@example.com")
    page.get_by_role("textbox", name="Website").fill("dana.example")
    page.get_by_label("Email *").press("Enter")
    reply = page.locator(f"#comment-{first} > .replies > .comment")
    expect(reply).to_contain_text("Thank you.")
    expect(reply.locator(".mine")).to_be_focused()
    expect(reply.locator("a.author")).to_have_attribute("href", "https://dana.example/")
    expect(page.get_by_role("heading", name="Leave a Reply", exact=True)).to_be_visible()


def test_a_preview_is_the_servers_rendering(news: News, page: Page) -> None:
    page.goto(news.publish("/preview", news.script()))
    page.get_by_label("Comment *").fill("It is **so** true. <b>x</b>")
    page.get_by_role("button", name="Preview").click()
    shown = page.locator(".notice", has_text="It is so true. <b>x</b>")
    expect(shown.locator("strong")).to_have_text("so")
    page.get_by_role("button", name="Close the preview").click()
    expect(page.get_by_label("Comment *")).to_be_focused()


def test_a_nudge_offers_to_edit_or_to_send_anyway(live: Live, news: News, page: Page) -> None:
    url = news.publish("/nudge", news.script())
    page.route(
        "**/comments?nudge=1",
        lambda route: (
            route.fulfill(
                json={"status": "nudge", "reasons": ["insult"]},
                headers={"Access-Control-Allow-Origin": news.url},
            )
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.goto(url)
    _post(page, HELD)
    nudge = page.locator(".notice", has_text="Would you like to read it once more?")
    expect(nudge).to_contain_text("The program thinks it may insult a person.")
    expect(nudge).to_be_focused()
    nudge.get_by_role("button", name="Edit it").click()
    expect(page.get_by_label("Comment *")).to_be_focused()
    page.get_by_role("button", name="Post Comment").click()
    page.get_by_role("button", name="Send it as it is").click()
    expect(page.locator(".mine")).to_contain_text("Waiting for review.")


def test_a_report_says_what_became_of_it(live: Live, news: News, page: Page) -> None:
    url = news.publish("/report", news.script())
    sent: list[Any] = []
    statuses = [404, 202]

    def take(route: Route) -> None:
        if route.request.method == "OPTIONS":
            route.continue_()
            return
        sent.append(json.loads(route.request.post_data or ""))
        headers = {"Access-Control-Allow-Origin": news.url}
        route.fulfill(status=statuses.pop(0), json={}, headers=headers)

    comment = live.submit("First.", page_url=url, name="Ruth A.")["id"]
    page.route(f"**/comments/{comment}/reports", take)
    page.goto(url)
    page.get_by_role("button", name="Report the comment by Ruth A.").click()
    expect(page.get_by_label("It attacks someone")).to_be_focused()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert").first).to_have_text("What is wrong with it?")
    page.get_by_label("It is advertising").check()
    page.get_by_label("More about it").fill("Third time.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert").first).to_have_text("This comment cannot be reported now.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator(".comment").get_by_role("status")).to_contain_text("Thank you.")
    assert sent == [{"reason": "spam", "note": "Third time."}] * 2


def test_a_closed_page_has_no_form_and_a_dead_service_says_so(
    live: Live, news: News, page: Page
) -> None:
    url = news.publish("/closed", news.script())
    live.submit("First.", page_url=url)
    live.runtime.services.sites.change(OPERATOR, "gazette", {"settings": {"closes_after_days": 1}})
    page.route(
        "**/comments?page_url*",
        lambda route: route.fulfill(
            response=(answer := route.fetch()), json={**answer.json(), "closed": True}
        ),
    )
    page.goto(url)
    expect(page.get_by_text("Comments are closed.")).to_be_visible()
    expect(page.locator("form")).to_have_count(0)
    page.unroute("**/comments?page_url*")
    page.route("**/comments?page_url*", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("status")).to_have_text("The comments cannot be reached now.")
    page.unroute("**/comments?page_url*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".comment")).to_have_count(1)


def test_index_pages_get_numbers_even_beside_an_address_that_is_not_the_sites(
    live: Live, news: News, page: Page
) -> None:
    for place in range(2):
        live.submit(f"Number {place}.", page_url=f"{news.url}/one")
    links = (
        '<a id="one" data-comment-count href="/one#comments"></a>'
        f'<span id="two" data-comment-count="{news.url}/two" data-comment-count-as="number">?</span>'
        '<a id="far" data-comment-count href="https://elsewhere.example/">far</a>'
    )
    page.goto(news.publish("/", links + news.script('data-show="counts"')))
    expect(page.locator("#one")).to_have_text("2 comments")
    expect(page.locator("#two")).to_have_text("0")
    expect(page.locator("#far")).to_have_text("far")
    expect(page.locator("form")).to_have_count(0)


@pytest.mark.parametrize(
    ("lang", "heading", "direction"),
    [
        ("de-AT", "Schreiben Sie einen Kommentar", "ltr"),
        ("fr", "Laisser un commentaire", "ltr"),
        ("es", "Deje una respuesta", "ltr"),
        ("ar", "اترك تعليقًا", "rtl"),
        ("tlh", "Leave a Reply", "ltr"),
    ],
)
def test_texts_are_in_the_pages_language(
    news: News, page: Page, lang: str, heading: str, direction: str
) -> None:
    page.goto(news.publish("/language", news.script(), lang=lang))
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator("section.comments")).to_have_attribute("dir", direction)


@pytest.mark.parametrize(
    ("scheme", "width", "lang"), [("light", 1440, "en"), ("dark", 390, "ar"), ("light", 320, "de")]
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    live: Live, news: News, page: Page, scheme: Literal["light", "dark"], width: int, lang: str
) -> None:
    # axe is put into the page, which the strict policy rightly refuses.
    url = news.publish("/axe", news.script(), lang=lang, policy="")
    first = live.submit("W" * 200, page_url=url, name="N" * 100)["id"]
    live.submit("`" + "x" * 300 + "`", page_url=url, parent_id=first)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(url)
    page.locator("#f-name").fill("Dana")
    page.locator("#f-email").fill("dana@example.com")
    page.locator("#f-body").fill(HELD)
    page.locator("form .button--main").click()
    expect(page.locator(".mine")).to_be_visible()
    page.locator(f"#comment-{first} .acts button").nth(1).click()
    page.locator("form#respond .button--main").click()
    expect(page.locator(".field--bad")).to_have_count(1)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_a_script_a_frame_shows_the_thread_and_sends_the_form(
    live: Live, news: News, new_context: Any
) -> None:
    address = f"{live.url}/sites/gazette/thread?page_url={news.url}/plain"
    frame = f'<noscript><iframe src="{address}" width="100%" height="900" title="Comments"></iframe></noscript>'
    policy = f"default-src 'none'; style-src 'self'; frame-src {live.url}"
    url = news.publish("/plain", news.script() + frame, policy=policy)
    first = live.submit("First <b>word</b>.", page_url=url, name="Ruth A.")["id"]
    context = new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(url)
    inner = page.frame_locator("iframe")
    expect(inner.locator(f"#comment-{first}")).to_contain_text("First <b>word</b>.")
    inner.get_by_role("link", name="Reply to Ruth A.").click()
    expect(inner.get_by_role("heading", name="Leave a Reply to")).to_contain_text("Ruth A.")
    inner.get_by_label("Name *").fill("Dana")
    inner.get_by_label("Email *").fill("dana@example.com")
    inner.get_by_label("Comment *").fill("Thank you.")
    with page.expect_request("**/sites/gazette/comments?*") as posted:
        inner.get_by_role("button", name="Post Comment").click()
    assert dict(parse_qsl(posted.value.post_data or "")) == {
        "page_url": url,
        "page_title": "Council backs £4.1m bridge over the Linn",
        "parent_id": first,
        "then": "receipt",
        "name": "Dana",
        "email": "dana@example.com",
        "body": "Thank you.",
    }
    # A frame on a page that is not the site's stays empty.
    foreign = live.url.replace("127.0.0.1", "localhost") + "/sites/gazette/thread?page_url=" + url
    answer = context.request.get(foreign)
    assert f"frame-ancestors 'self' {news.url}" in answer.headers["content-security-policy"]


def test_the_thread_page_has_no_violation(live: Live, news: News, page: Page) -> None:
    url = news.publish("/still", "")
    first = live.submit("W" * 200, page_url=url, name="N" * 100, website="https://a.example")["id"]
    live.submit("x" * 300, page_url=url, parent_id=first)
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(f"{live.url}/sites/gazette/thread?page_url={url}&reply_to={first}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_receipt_has_no_violation(
    live: Live, new_context: Any, scheme: Literal["light", "dark"]
) -> None:
    # axe is put into the page, which allows no script at all.
    context = new_context(
        bypass_csp=True, color_scheme=scheme, viewport={"width": 320, "height": 900}
    )
    page = context.new_page()
    page.goto(live.submit(f"{HELD} > {'x' * 300}")["receipt"]["url"])
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.get_by_role("button", name="Yes, erase for good")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
