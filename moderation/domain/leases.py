"""When a lease holds: from when it was taken until it ends, on a clock that may be set back.

A lease that ends much later than any lease taken now could end was taken before the clock
was set back. Its holder would keep it for as long as the clock was moved, so it is over.
"Much" is twice the longest: two machines' clocks differ a little, and time passes between
looking at the clock and taking the lease.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

LONGEST_CLAIM: Final = timedelta(hours=1)
"""The longest that a site may let a moderator's claim last."""

SCORING: Final = timedelta(seconds=60)
"""How long a scoring job belongs to the process that took it."""


def holds(until: datetime, now: datetime, longest: timedelta) -> bool:
    """Whether a lease still keeps others away.

    Args:
        until: when it ends.
        now: the present.
        longest: the most that such a lease may last.
    """
    return now < until <= beyond(now, longest)


def beyond(now: datetime, longest: timedelta) -> datetime:
    """The moment after which no lease ends that was taken on this clock."""
    return now + 2 * longest
