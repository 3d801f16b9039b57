"""An admin keeps a site's webhooks in a browser, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from moderation.domain.webhooks import Reply
from moderation.services.clock import utc_now
from moderation.services.deliver_webhooks import DeliverWebhooks
from moderation.services.webhook_secrets import WebhookSecrets
from tests.browser.live import OPERATOR, Live
from tests.browser.test_accessibility import violations

SignedIn = Callable[..., Page]
ADDRESS = "https://hooks.example/comments"


def _deliver(live: Live, reply: Reply) -> list[str]:
    """Deliver all that is due to a receiver that always answers the same; what was sent."""
    sent: list[str] = []

    def send(_: str, body: bytes, __: Any) -> Reply:
        sent.append(body.decode())
        return reply

    secrets = WebhookSecrets(live.runtime.secret_key)
    deliver = DeliverWebhooks(live.runtime.store, utc_now, send, secrets)
    for endpoint_id in deliver.due():
        deliver(endpoint_id)
    return sent


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_an_admin_adds_tests_pauses_and_removes_a_webhook(
    live: Live, signed_in: SignedIn, javascript: bool
) -> None:
    page = signed_in("Ada Admin", role="admin", java_script_enabled=javascript)
    page.goto("/admin")
    page.get_by_role("link", name="Webhooks of gazette").click()
    page.get_by_label("Address").fill("http://127.0.0.1:9/hook")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#url-hint")).to_contain_text("Must not lead to this machine")
    page.get_by_label("Address").fill(ADDRESS)
    page.get_by_label("marked as spam").uncheck()
    page.get_by_role("button", name="Add").click()
    secret = page.locator(".secret").inner_text()
    assert secret.startswith("whsec_")
    page.reload()
    expect(page.locator(".secret")).to_have_text(secret)
    page.goto("/admin/sites/gazette/webhooks")
    assert page.get_by_role("link", name=ADDRESS).count() == 1
    page.get_by_role("link", name=ADDRESS).click()
    expect(page.get_by_role("button", name="Send a test event")).to_be_visible()
    assert page.locator(".secret").count() == 0

    page.get_by_role("button", name="Send a test event").click()
    expect(page.locator("#notices")).to_contain_text("on its way")
    assert "webhook.test" in _deliver(live, Reply(status=500))[0]
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("answered 500; next try")
    page.get_by_role("button", name="Send again webhook.test").click()
    expect(page.locator("#notices")).to_contain_text("sent again")
    assert len(_deliver(live, Reply(status=200))) == 1
    page.reload()
    expect(page.get_by_role("row").filter(has_text="webhook.test")).to_contain_text("delivered")

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    live.submit("Thank you.")
    assert _deliver(live, Reply(status=200)) == []
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert "Thank you." in _deliver(live, Reply(status=200))[0]
    page.get_by_role("button", name="Make another secret").click()
    assert page.locator(".secret").inner_text() not in ("", secret)
    page.get_by_text("Remove this webhook").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("main")).to_contain_text("None yet.")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_webhooks_have_no_violation(
    live: Live, signed_in: SignedIn, scheme: Literal["light", "dark"], width: int
) -> None:
    hooks = live.runtime.services.webhooks
    hook = hooks.create(OPERATOR, "gazette", f"{ADDRESS}?{'k' * 200}")
    hooks.create(OPERATOR, "gazette", ADDRESS)
    live.submit("Thank you.")
    live.submit("Thanks. {insult=0.9}", email="bob@example.com")
    for _ in range(3):
        live.runtime.services.webhook_deliveries.test(OPERATOR, "gazette", hook.id)
        _deliver(live, Reply(error="timed_out"))
    page = signed_in(
        "Ada Admin", role="admin", color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    url = "/admin/sites/gazette/webhooks"
    for path in ("/admin", url, f"{url}/{hook.id}"):
        page.goto(path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Make another secret").click()
    expect(page.locator(".secret")).to_be_visible()
    assert violations(page) == []
