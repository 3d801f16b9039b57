"""A service that may deliver to loopback, and a receiver there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import Caller
from tests.fakes import FakeClock
from tests.functional.webhooks.receiver import Receiver, receiving

HOOKS = "/api/v1/sites/demo/webhooks"


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return {**environ, "MODERATION_WEBHOOK_ALLOW_PRIVATE": "on"}


@pytest.fixture
def clock() -> FakeClock:
    """Stands at the present moment: receivers refuse a signature that is not fresh."""
    made = FakeClock()
    made.now = datetime.now(UTC)
    return made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def add_hook(admin: Caller) -> Callable[..., dict[str, Any]]:
    """Make a webhook: ``add_hook(receiver.url, events=[...])``; its answer with the secret."""

    def add(url: str, **fields: Any) -> dict[str, Any]:
        answer = admin.post(HOOKS, json={"url": url, **fields})
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return dict(answer.json)

    return add


@pytest.fixture
def hook(receiver: Receiver, add_hook: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return add_hook(receiver.url)
