"""Rate limits: how often one client or account may try something.

Built on ``limits``, the engine under Flask-Limiter. Its extension is not used: the
account is known only once the body has been read, each rule has its own code, and its
inline form keeps the key in shared state, where two threads can swap theirs.
Keys are hashed, so neither an address nor an email lies in the storage or a log.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from math import ceil
from typing import Any, TypeVar, cast

import structlog
from flask import Flask, current_app, g, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from moderation.errors import TooManyRequests
from moderation.web.client_address import client_key

View = TypeVar("View", bound=Callable[..., Any])

_log = structlog.get_logger("moderation.limits")
_EXTENSION = "moderation_limits"
_BACK_OFF_S = 5.0


@dataclass(frozen=True)
class RateRule:
    """So much in so long.

    Attributes:
        name: separates this rule's counts from others'.
        rate: such as ``10/minute``.
        code: the problem code when it is exceeded.
        message: what the caller is told.
    """

    name: str
    rate: str
    code: str
    message: str

    @property
    def item(self) -> RateLimitItem:
        return parse(self.rate)


LOG_IN_PER_CLIENT = RateRule(
    "log-in-client", "10/minute", "rate_limited", "Too many log-ins from here; wait a little."
)
LOG_IN_PER_ACCOUNT = RateRule(
    "log-in-account",
    "10/minute",
    "rate_limited",
    "Too many log-ins to this account; wait a little.",
)
PUBLIC_SUBMISSION = RateRule(
    "submission", "120/minute", "flood", "Too many comments from here; wait a little."
)
REPORT = RateRule("report", "30/minute", "rate_limited", "Too many reports; wait a little.")
PREVIEW = RateRule("preview", "120/minute", "rate_limited", "Too many previews; wait a little.")


class RateLimits:
    """Counts of one application, in memory or in Redis.

    While Redis does not answer, this process counts for itself: a limit that is per
    process for some seconds is better than no service, and better than no limit.

    Args:
        storage_uri: ``memory://`` or ``redis://...``.
    """

    def __init__(self, storage_uri: str) -> None:
        options = {} if storage_uri.startswith("memory") else _REDIS_OPTIONS
        self.shared = MovingWindowRateLimiter(storage_from_string(storage_uri, **options))
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._down_until = 0.0

    def spend(self, rule: RateRule, key: str) -> None:
        """Count one try.

        Args:
            rule: which limit.
            key: whose; hashed before it is kept.

        Raises:
            TooManyRequests: the limit is reached; says after how long it is not.
        """
        hashed = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        wait_s = self._wait(rule.item, (rule.name, hashed))
        if wait_s is not None:
            raise TooManyRequests(rule.message, code=rule.code, retry_after_s=wait_s)

    def _wait(self, item: RateLimitItem, key: tuple[str, str]) -> int | None:
        if time.monotonic() >= self._down_until:
            try:
                return _hit(self.shared, item, key)
            except Exception as error:  # noqa: BLE001
                # Each storage has its own exception types; all mean the same here.
                self._down_until = time.monotonic() + _BACK_OFF_S
                _log.warning("rate_limit_storage_unreachable", error=type(error).__name__)
        return _hit(self._own, item, key)


_REDIS_OPTIONS: dict[str, Any] = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}


def install_limits(app: Flask, *, enabled: bool, storage_uri: str) -> None:
    """Give the application its counts; ``RATE_LIMITS`` in its config switches them off."""
    app.config["RATE_LIMITS"] = enabled
    app.config["RATELIMIT_STORAGE_URI"] = storage_uri
    app.extensions[_EXTENSION] = RateLimits(storage_uri)


def spend(rule: RateRule, key: str) -> None:
    """Count one try against the running application's limits.

    Raises:
        TooManyRequests: the limit is reached.
    """
    if current_app.config["RATE_LIMITS"]:
        cast(RateLimits, current_app.extensions[_EXTENSION]).spend(rule, key)


def limited(rule: RateRule, *, strangers_only: bool = False) -> Callable[[View], View]:
    """Limit a route per client address; stands below ``access``, above ``arguments``.

    Args:
        rule: which limit.
        strangers_only: leave callers with a credential out; a site's own server sends
            the comments of many readers from one address.
    """

    def decorator(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if not (strangers_only and g.principal.role != "anonymous"):
                spend(rule, client_key(request))
            return view(*args, **kwargs)

        return cast(View, counted)

    return decorator


def _hit(limiter: MovingWindowRateLimiter, item: RateLimitItem, key: tuple[str, str]) -> int | None:
    """Count one; seconds to wait when it was one too many, else None."""
    if limiter.hit(item, *key):
        return None
    reset_at = limiter.get_window_stats(item, *key).reset_time
    return max(1, ceil(reset_at - time.time()))
