"""Telling workers that there is work, without ever waiting for the broker.

A notice carries an id or nothing and may be lost or doubled: the rows are the queue, and
the sweep finds what no notice announced.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

from celery import Celery

SCORE_TASK: Final = "moderation.score_pending"
SWEEP_TASK: Final = "moderation.sweep"
DELIVER_TASK: Final = "moderation.deliver_webhooks"
SCORE_QUEUE: Final = "celery"
WEBHOOK_QUEUE: Final = "webhooks"
_TIMEOUT_S: Final = 2.0
log = logging.getLogger(__name__)


def make_celery(broker_url: str) -> Celery:
    """A Celery application that gives up quickly on a broker that is not there."""
    celery = Celery("moderation", broker=broker_url, set_as_current=False)
    celery.conf.update(
        task_ignore_result=True,
        task_publish_retry=False,
        broker_connection_timeout=_TIMEOUT_S,
        broker_connection_retry_on_startup=True,
        # A receiver that hangs takes a worker's time. Workers take from both queues unless
        # told otherwise; with `-Q webhooks` some can be kept for these.
        task_queues={SCORE_QUEUE: {}, WEBHOOK_QUEUE: {}},
        task_default_queue=SCORE_QUEUE,
        task_routes={DELIVER_TASK: {"queue": WEBHOOK_QUEUE}},
    )
    if broker_url.startswith("redis"):
        celery.conf.broker_transport_options = {
            "socket_timeout": _TIMEOUT_S,
            "socket_connect_timeout": _TIMEOUT_S,
        }
    return celery


class WorkNotice:
    """Sends notices from a thread of its own; many at once become one.

    Args:
        broker_url: where the workers listen.
    """

    def __init__(self, broker_url: str) -> None:
        self._celery = make_celery(broker_url)
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._notices: set[tuple[str, tuple[str, ...]]] = set()
        self._thread: threading.Thread | None = None

    def __call__(self, task: str, *ids: str) -> None:
        """Ask for a notice; returns at once and never fails.

        Args:
            task: one of the tasks above.
            ids: what it is to work on.
        """
        with self._lock:
            self._notices.add((task, ids))
            self._wanted.set()
            # Begun with the first notice: a thread does not survive the server's fork.
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="notices", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while self._wanted.wait():
            with self._lock:
                self._wanted.clear()
                notices, self._notices = self._notices, set()
            for task, ids in notices:
                self._send(task, ids)

    def _send(self, task: str, ids: tuple[str, ...]) -> None:
        try:
            self._celery.send_task(task, args=ids, expires=60)
        except Exception as error:  # noqa: BLE001
            # Each broker has its own errors; all mean that the sweep must find the work.
            log.warning("no notice to the workers: %s", type(error).__name__)
