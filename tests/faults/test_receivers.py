"""Receivers of webhooks that hang, redirect, fail or are gone: readers notice nothing."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from moderation.bootstrap import Runtime
from tests.conftest import OPERATOR
from tests.faults.readers import KEPT, Readers, settle
from tests.faults.servers import serving, wait_for
from tests.functional.webhooks.receiver import receiving

pytestmark = pytest.mark.faults
SLOWEST_S = 12
"""More than a busy machine takes, less than the 15 seconds that a hanging receiver is given."""


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return {**environ, "MODERATION_WEBHOOK_ALLOW_PRIVATE": "on"}


def test_bad_receivers_hold_up_neither_readers_nor_a_good_one(
    house: dict[str, str], runtime: Runtime, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        good, hangs, redirects, fails, gone, elsewhere = (
            stack.enter_context(receiving()) for _ in range(6)
        )
        answers: dict[str, Any] = {
            hangs.url: 0,
            redirects.url: (302, {"Location": elsewhere.url}),
            fails.url: 500,
            gone.url: 410,
        }
        for receiver in (hangs, redirects, fails, gone):
            receiver.answers = _Always(answers[receiver.url])
        urls = (good.url, *answers)
        with serving(house, tmp_path) as service:
            # Made behind the service's back, as another process would.
            hooks = {url: _hook(runtime, url) for url in urls}
            with Readers(service.url) as readers:
                readers.wait_for_more(40)
                wait_for(lambda: hangs.requests and redirects.requests and fails.requests, 60)
                wait_for(lambda: not _view(runtime, hooks[gone.url]).active, 60)
                readers.wait_for_more(20)
            wait_for(lambda: len(set(good.ids())) == len(readers.ledger), 60)
            hangs.released.set()

        assert set(readers.answers) == {201}
        assert readers.slowest_s < SLOWEST_S
        assert settle(house["MODERATION_DATABASE_URL"], readers.ledger) == KEPT
        assert elsewhere.requests == []
        assert len(gone.requests) == 1
        told = [event["data"]["id"] for event in good.events(hooks[good.url].secret)]
        assert sorted(set(told)) == sorted(readers.ledger.values())
        assert len(told) == len(set(good.ids())), "a good receiver heard twice of one event"
        for url in (hangs.url, redirects.url, fails.url):
            view = _view(runtime, hooks[url])
            assert (view.active, view.waiting) == (True, len(readers.ledger)), url
        assert {_last_error(runtime, hooks[url]) for url in (redirects.url, fails.url)} == {
            "http_302", "http_500",
        }  # fmt: skip


class _Always:
    """Answers without end, as the receiver takes them."""

    def __init__(self, answer: Any) -> None:
        self._answers = itertools.repeat(answer)

    def __bool__(self) -> bool:
        return True

    def popleft(self) -> Any:
        return next(self._answers)


def _hook(runtime: Runtime, url: str) -> Any:
    return runtime.services.webhooks.create(OPERATOR, "demo", url)


def _view(runtime: Runtime, hook: Any) -> Any:
    return runtime.services.webhooks.get(OPERATOR, "demo", hook.id)


def _last_error(runtime: Runtime, hook: Any) -> str | None:
    rows = runtime.services.webhook_deliveries.page(OPERATOR, "demo", hook.id, limit=100)
    return next((row.last_error for row in rows if row.last_error), None)
