"""gunicorn's settings.

One process by default, because the model, the micro-batcher and the rate limits live in it;
many threads, because most of them wait. Use: ``gunicorn -c deploy/gunicorn.conf.py wsgi:app``.
"""

# The application is imported in the worker only: libraries with threads of their own
# (onnxruntime) must not be loaded before the fork.
import gc
import os
import sys
import threading
from pathlib import Path

from moderation.count_files import forget_counts, share_counts
from moderation.errors import SettingsError
from moderation.scoring.engine import available_cores
from moderation.scoring.registry import check_scorer_name
from moderation.settings import read_settings
from moderation.tracing import check_installed

try:
    # A wrong value stops the master here, in one line; a worker would be started again
    # and again.
    _settings = read_settings(os.environ)
    check_scorer_name(_settings.scorer)
    if _settings.tracing:
        check_installed()
except SettingsError as error:
    sys.exit(f"error: {error.message}")

# Scoring with all cores would leave none to the interpreter, which has more to do for a
# comment than the model has.
if _settings.scoring_threads is None:
    os.environ["MODERATION_SCORING_THREADS"] = str(max(1, available_cores() - 1))

bind = _settings.bind
workers = _settings.web_processes
share_counts(_settings.instance)
worker_class = "gthread"
threads = 32
timeout = 120
# Workers show that they live by touching a file there: in memory, so that a slow or full
# disk is not taken for a worker that hangs.
_memory = Path("/dev/shm")  # noqa: S108
worker_tmp_dir = str(_memory) if _memory.is_dir() and os.access(_memory, os.W_OK) else None
graceful_timeout = 30
keepalive = 5
# Counts for 100 pages at once go into the request line.
limit_request_line = 8190
max_requests = 0
# The service writes its own access lines, without paths; gunicorn's warnings about requests
# that it cannot read would hold addresses and request lines.
accesslog = None
loglevel = "error"
control_socket_disable = True
preload_app = False


def on_starting(server):
    """Begin the metrics anew; a reload and workers that end keep them."""
    forget_counts()


def post_worker_init(worker):
    """Load the model and begin sweeping in the process that serves."""
    from moderation.app import RUNTIME, start

    app = worker.app.callable
    start(app)
    scorer = app.extensions[RUNTIME].scorer
    threading.Thread(target=_spare_collector, args=(scorer,), daemon=True).start()


def _spare_collector(scorer):
    """Keep the garbage collector off what stays for good, once the model is loaded.

    Code and model are some hundred thousand objects. Looking at them all stops every request
    for a tenth of a second, under load every two seconds.
    """
    scorer.warm_up(wait=True)
    gc.collect()
    gc.freeze()


def worker_exit(server, worker):
    """Stop sweeping and let go of the database."""
    from moderation.app import close

    close(worker.app.callable)
