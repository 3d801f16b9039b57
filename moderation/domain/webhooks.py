"""Rules of webhooks: events, signatures and the times of further tries.

Follows Standard Webhooks 1.0 (https://www.standardwebhooks.com): its headers, its
``v1`` signatures and its schedule.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from moderation.domain import statuses

EVENT_OF_STATUS: Final = {
    status: f"comment.{status}"
    for status in (
        statuses.PUBLISHED,
        statuses.QUEUED,
        statuses.REJECTED,
        statuses.SPAM,
        statuses.WITHDRAWN,
        statuses.ERASED,
    )
}
"""A pending comment is nobody's news yet."""

EVENTS: Final = tuple(EVENT_OF_STATUS.values())
PUBLISHED_EVENT: Final = EVENT_OF_STATUS[statuses.PUBLISHED]
ERASED_EVENT: Final = EVENT_OF_STATUS[statuses.ERASED]
TEST_EVENT: Final = "webhook.test"

RETRIES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after each failed try the next one follows; after the last the event is given up."""

LONGEST_RETRY_AFTER: Final = timedelta(hours=24)
_LONGEST_REST: Final = timedelta(minutes=5)
_JITTER: Final = 0.2


def retry_after(tries: int, asked: timedelta | None, chance: float) -> timedelta | None:
    """How long to wait after a failed try.

    Args:
        tries: tries made so far, at least 1.
        asked: what the receiver's ``Retry-After`` says, if it said something.
        chance: in [0, 1); spreads the tries, so that a receiver that comes back is not
            met by all events at once.

    Returns:
        at least the time of the schedule and at least what was asked for (up to a day),
        at most a fifth more; None when the event is to be given up.
    """
    if tries > len(RETRIES):
        return None
    wait = RETRIES[tries - 1] * (1 + _JITTER * chance)
    return max(wait, min(asked, LONGEST_RETRY_AFTER)) if asked else wait


def rest_after(failures: int) -> timedelta:
    """How long an endpoint that cannot be reached is left alone, whatever waits for it.

    It doubles from 5 seconds to 5 minutes, so that a dead receiver's time-outs take
    no time away from the others.

    Args:
        failures: failed tries in a row, at least 1.
    """
    doubled: int = 2 ** min(failures - 1, 10)
    return min(RETRIES[0] * doubled, _LONGEST_REST)


def as_secret(key: bytes) -> str:
    """A signing key in the form in which it is shown: ``whsec_`` and base64."""
    return f"whsec_{base64.b64encode(key).decode()}"


def signature(keys: Iterable[bytes], message_id: str, timestamp: int, body: str) -> str:
    """The value of ``webhook-signature``: one signature a key, separated by spaces.

    Args:
        keys: while a secret is being exchanged the new and the old one.
        timestamp: of this try, in seconds since the epoch.
        body: exactly what is sent.
    """
    signed = f"{message_id}.{timestamp}.{body}".encode()
    digests = [hmac.new(key, signed, hashlib.sha256).digest() for key in keys]
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


@dataclass(frozen=True)
class Reply:
    """What came of one try.

    Attributes:
        status: the receiver's HTTP status; None where none came.
        error: a code where no answer came or it may not be asked: ``timed_out``,
            ``connection_failed``, ``tls_failed``, ``unknown_host``, ``address_not_allowed``.
        retry_after: what the receiver asked for.
    """

    status: int | None = None
    error: str | None = None
    retry_after: timedelta | None = None

    @property
    def is_good(self) -> bool:
        """The receiver has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver wants nothing any more."""
        return self.status == 410

    @property
    def asks_for_rest(self) -> bool:
        """Further events would fare no better now."""
        return self.status is None or (
            self.status in (429, 502, 503, 504) and self.retry_after is not None
        )

    @property
    def problem(self) -> str | None:
        """The error's code, ``http_500`` and the like for an answer that is no success."""
        if self.status is None:
            return self.error
        return None if self.is_good else f"http_{self.status}"
