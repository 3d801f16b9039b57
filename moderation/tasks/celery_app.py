"""The Celery application: ``celery -A moderation.tasks.celery_app worker`` (and ``beat``)."""

from __future__ import annotations

import os
import sys
from typing import Any

from celery.signals import worker_process_init, worker_process_shutdown

from moderation.count_files import share_counts
from moderation.errors import SettingsError
from moderation.settings import read_settings
from moderation.tasks.jobs import Jobs
from moderation.work_notice import (
    DELIVER_TASK,
    SCORE_QUEUE,
    SCORE_TASK,
    SWEEP_TASK,
    make_celery,
)

_SWEEP_EVERY_S = 5.0

try:
    _settings = read_settings(os.environ)
except SettingsError as error:
    sys.exit(f"error: {error.message}")
if _settings.broker_url is None:
    sys.exit("error: MODERATION_BROKER_URL must name a broker for workers.")
if _settings.scoring != "worker":
    sys.exit("error: MODERATION_SCORING must be worker, here and where the service runs.")

share_counts(_settings.instance)
app = make_celery(_settings.broker_url)
app.conf.beat_schedule = {
    "sweep": {
        "task": SWEEP_TASK,
        "schedule": _SWEEP_EVERY_S,
        # What waited while no worker ran needs one sweep, not one for each missed moment.
        "options": {"expires": _SWEEP_EVERY_S},
    }
}
_jobs = Jobs(_settings)
# Celery's check of arguments takes a bound method's `self` for one that is missing.
app.task(name=SCORE_TASK, typing=False)(_jobs.score_pending)
app.task(name=SWEEP_TASK, typing=False)(_jobs.sweep)
app.task(name=DELIVER_TASK, typing=False)(_jobs.deliver_webhooks)


def _begin(**_: Any) -> None:
    """Run after the fork: neither connections nor the model's threads survive one."""
    _jobs.begin(scores=SCORE_QUEUE in app.amqp.queues.consume_from)


def _end(**_: Any) -> None:
    _jobs.end()


worker_process_init.connect(_begin)
worker_process_shutdown.connect(_end)
