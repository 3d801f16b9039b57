"""One scoring worker for ``benchmarks/scale.py``: scores what waits, then says what it cost.

Started with a database's address; loads its model, prints ``ready``, waits for a line on
standard input, and prints ``COMMENTS CPU_SECONDS`` when nothing waits any more.
"""

from __future__ import annotations

import sys
import time

from moderation.bootstrap import bootstrap
from moderation.settings import read_settings


def main() -> None:
    """Score until nothing is left."""
    runtime = bootstrap(read_settings({**_SETTINGS, "MODERATION_DATABASE_URL": sys.argv[1]}))
    runtime.scorer.warm_up(wait=True)
    print("ready", flush=True)
    sys.stdin.readline()
    began, scored = time.process_time(), 0
    while done := runtime.services.score_pending().scored:
        scored += done
    print(scored, time.process_time() - began, flush=True)
    runtime.close()


_SETTINGS = {
    "MODERATION_SECRET_KEY": "a secret for measuring only, nothing else",
    "MODERATION_SCORING": "worker",
    "MODERATION_SCORING_THREADS": "1",
    "MODERATION_INSTANCE": "build/bench-scale/instance",
}

if __name__ == "__main__":
    main()
