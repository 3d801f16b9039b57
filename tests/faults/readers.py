"""A steady stream of comments, and the comparison of what was acknowledged with the store."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter

import requests
import sqlalchemy as sa

from tests.faults.servers import wait_for

ACKNOWLEDGED = (201, 202)
TIMEOUT_S = 30
AGAIN_S = 0.05
PATIENCE_S = 60


class Readers:
    """Several readers who each send one comment after another until told to stop.

    Every comment has an ``Idempotency-Key`` of its own and is sent again, unchanged, until
    it is acknowledged, as a form on a page does.

    Attributes:
        ledger: id by text of every acknowledged comment.
        answers: how often each status came; ``None`` stands for no answer at all.
        kept_back: texts that were never acknowledged although the readers were patient.
        slowest_s: seconds that the slowest acknowledgement took.

    Args:
        count: readers at once.
        more: what each text goes on with.
        pause_s: seconds from an acknowledgement to that reader's next comment.
    """

    def __init__(self, url: str, *, count: int = 4, more: str = "", pause_s: float = 0.0) -> None:
        self.ledger: dict[str, str] = {}
        self.answers: Counter[int | None] = Counter()
        self.kept_back: list[str] = []
        self.slowest_s = 0.0
        self._more, self._pause_s = more, pause_s
        self._url = f"{url}/api/v1/sites/demo/comments"
        self._numbers = itertools.count()
        self._stopping = threading.Event()
        self._stopped_at = float("inf")
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._read, daemon=True) for _ in range(count)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped_at = time.monotonic()
        self._stopping.set()
        for thread in self._threads:
            thread.join(PATIENCE_S + TIMEOUT_S)

    def wait_for_more(self, number: int = 10, seconds: float = 60) -> None:
        """Wait until so many further comments have been acknowledged."""
        wanted = len(self.ledger) + number
        wait_for(lambda: len(self.ledger) >= wanted, seconds)

    def _read(self) -> None:
        while not self._stopping.is_set():
            number = next(self._numbers)
            text = f"Reader {number} thanks you for the article.{self._more}"
            self._send_until_acknowledged(number, text)
            self._stopping.wait(self._pause_s)

    def _send_until_acknowledged(self, number: int, text: str) -> None:
        while time.monotonic() < self._stopped_at + PATIENCE_S:
            began = time.monotonic()
            status, comment_id = self._send(number, text)
            took = time.monotonic() - began
            with self._lock:
                self.answers[status] += 1
                if comment_id is not None:
                    self.ledger[text] = comment_id
                    self.slowest_s = max(self.slowest_s, took)
            if comment_id is not None:
                return
            time.sleep(AGAIN_S)
        self.kept_back.append(text)

    def _send(self, number: int, text: str) -> tuple[int | None, str | None]:
        sent = {
            "name": "Ann",
            "email": f"ann{number}@example.com",
            "body": text,
            "page_url": "https://news.example/bridge",
        }
        headers = {
            "Idempotency-Key": f"reader-{number}",
            # Counts where one proxy is trusted: each reader comes from another address.
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        }
        try:
            answer = requests.post(self._url, json=sent, headers=headers, timeout=TIMEOUT_S)
        except requests.RequestException:
            return None, None
        if answer.status_code in ACKNOWLEDGED:
            return answer.status_code, answer.json()["id"]
        return answer.status_code, None


def settle(url: str, ledger: dict[str, str]) -> dict[str, list[str]]:
    """Compare a ledger with the store.

    Args:
        url: of the database.
        ledger: id by text of what was acknowledged.

    Returns:
        the texts that were ``lost``, ``doubled``, or ``published`` without a decision on
        record; all three empty when the promises were kept.
    """
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, body FROM comments")).all()
        undecided = connection.execute(
            sa.text(
                "SELECT body FROM comments c WHERE status = 'published' AND NOT EXISTS ("
                " SELECT 1 FROM moderation_log l WHERE l.comment_id = c.id"
                " AND l.to_status = 'published'"
                " AND (l.trace IS NOT NULL OR l.actor = 'moderator'))"
            )
        ).scalars()
        published = list(undecided)
    engine.dispose()
    times = Counter(body for _, body in rows)
    there = {comment_id: body for comment_id, body in rows}
    return {
        "lost": [text for text, made in ledger.items() if there.get(made) != text],
        "doubled": [text for text, number in times.items() if number > 1],
        "published": published,
    }


KEPT: dict[str, list[str]] = {"lost": [], "doubled": [], "published": []}
