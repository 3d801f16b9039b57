"""The processes of the service die or are asked to go while readers write."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest
import requests

from tests.faults.readers import ACKNOWLEDGED, KEPT, Readers, settle
from tests.faults.servers import Service, serving, wait_for

pytestmark = pytest.mark.faults
KILLS = 5
AT_ONCE = 16


def test_killed_worker_loses_and_doubles_nothing(house: dict[str, str], tmp_path: Path) -> None:
    with serving(house, tmp_path) as service, Readers(service.url) as readers:
        for _ in range(KILLS):
            readers.wait_for_more()
            (worker,) = service.workers
            os.kill(worker, signal.SIGKILL)
            wait_for(lambda gone=worker: service.workers not in ([], [gone]), 30)
        readers.wait_for_more()
    assert readers.answers[None] > 0, "nothing was in flight when the worker was killed"
    assert readers.kept_back == []
    assert settle(house["MODERATION_DATABASE_URL"], readers.ledger) == KEPT


def test_killed_master_loses_and_doubles_nothing(house: dict[str, str], tmp_path: Path) -> None:
    with serving(house, tmp_path) as service, Readers(service.url) as readers:
        for _ in range(2):
            readers.wait_for_more()
            os.kill(service.master, signal.SIGKILL)
            # The orphaned worker sees that its master is gone and makes room.
            wait_for(lambda: service.status("/healthz") is None, 30)
            service.kill()
            service.start()
        readers.wait_for_more()
    assert readers.kept_back == []
    assert settle(house["MODERATION_DATABASE_URL"], readers.ledger) == KEPT


def test_requests_in_flight_are_answered_before_the_service_ends(
    house: dict[str, str], tmp_path: Path
) -> None:
    answers: list[int | None] = []
    ledger: dict[str, str] = {}
    slow = {**house, "MODERATION_SCORING_THREADS": "1"}
    with serving(slow, tmp_path) as service:
        senders = [
            threading.Thread(target=_send_long, args=(service, number, answers, ledger))
            for number in range(AT_ONCE)
        ]
        for sender in senders:
            sender.start()
        wait_for(lambda: _taken(service.port) + len(answers) >= AT_ONCE, 30)
        assert len(answers) < AT_ONCE // 2, "most were answered before all had been taken"
        assert service.terminate() == 0
        for sender in senders:
            sender.join(60)
    assert len(answers) == AT_ONCE
    assert set(answers) <= set(ACKNOWLEDGED)
    assert settle(house["MODERATION_DATABASE_URL"], ledger) == KEPT


def test_service_asked_to_end_under_a_steady_stream_drops_nothing(
    house: dict[str, str], tmp_path: Path
) -> None:
    """What is refused meanwhile was not taken: the connection did not come about."""
    with serving(house, tmp_path) as service, Readers(service.url) as readers:
        for _ in range(3):
            readers.wait_for_more()
            assert service.terminate() == 0
            service.start()
        readers.wait_for_more()
    assert set(readers.answers) <= {201, 202, None}
    assert readers.kept_back == []
    assert settle(house["MODERATION_DATABASE_URL"], readers.ledger) == KEPT


def _send_long(
    service: Service, number: int, answers: list[int | None], ledger: dict[str, str]
) -> None:
    """A comment of the greatest length, which takes a while to score."""
    sent = {
        "name": "Ann",
        "email": f"ann{number}@example.com",
        "body": f"{number} " + f"I know street {number} well. " * 380,
        "page_url": "https://news.example/bridge",
    }
    try:
        answer = requests.post(
            f"{service.url}/api/v1/sites/demo/comments", json=sent, timeout=60,
            headers={"Idempotency-Key": f"long-{number}"},
        )  # fmt: skip
        answers.append(answer.status_code)
        ledger[sent["body"].strip()] = answer.json()["id"]
    except requests.RequestException:
        answers.append(None)


def _taken(port: int) -> int:
    """Connections of a port that the service has taken from the kernel and not yet closed."""
    established, waiting = 0, 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].split(":")[1], 16) != port:
            continue
        if fields[3] == "01":
            established += 1
        elif fields[3] == "0A":  # a listening socket: its receive queue holds untaken connections
            waiting = int(fields[4].split(":")[1], 16)
    return established - waiting
