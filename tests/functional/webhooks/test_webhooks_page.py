"""What docs/webhooks.md says holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from moderation.domain.webhooks import EVENTS, RETRIES, TEST_EVENT
from moderation.web.problem import PROBLEMS

PAGE = (Path(__file__).parents[3] / "docs/webhooks.md").read_text()


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_example_of_verification_takes_what_is_sent_and_nothing_else(
    submit: Any, admin: Any, runtime: Any, receiver: Any, hook: Any, clock: Any
) -> None:
    known: dict[str, Any] = {}
    exec(_blocks("python")[0], known)
    verified = known["verified"]
    rotated = admin.post(f"/api/v1/sites/demo/webhooks/{hook['id']}/rotate", json={}).json
    submit()
    runtime.deliveries.once()
    clock.move(minutes=-10)
    submit()
    runtime.deliveries.once()
    (_, headers, body), (_, old_headers, old_body) = receiver.requests
    for secret in (hook["secret"], rotated["secret"]):
        assert verified(body, headers, secret)["type"] == "comment.published"
        with pytest.raises(ValueError, match="too old"):
            verified(old_body, old_headers, secret)
        with pytest.raises(ValueError, match="not signed"):
            verified(body.replace(b"published", b"withdrawn"), headers, secret)
    example = json.loads(_blocks("json")[0])
    assert set(example["data"]) == set(verified(body, headers, hook["secret"])["data"])


def test_every_event_and_wait_is_named() -> None:
    assert set(re.findall(r"^\| `((?:comment|webhook)\.\w+)`", PAGE, re.MULTILINE)) == {
        *EVENTS,
        TEST_EVENT,
    }
    waits = [f"{int(wait.total_seconds() // 3600)}" for wait in RETRIES[3:]]
    sentence = re.sub(r"\s+", " ", PAGE)
    assert f"5 seconds, 5 and 30 minutes, {', '.join(waits[:-1])} and {waits[-1]} hours" in sentence
    assert {"webhook_limit", "webhook_paused"} <= set(PROBLEMS)
