"""The one tree of errors that the service raises on purpose.

Every error carries a stable ``code`` (clients match on it) and a message that is
safe to show to whoever caused it: never an email, an address or a comment's text.
What HTTP status or exit code belongs to an error is decided by the entry points
(``web/errors.py``, ``cli.py``), not here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class ModerationError(Exception):
    """Base of all expected errors.

    Args:
        message: one sentence for the person who caused it.
        code: overrides the class's code where one class has several.
        fields: for invalid input, field name to messages.
        retry_after_s: seconds after which the same call may succeed.
    """

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.fields = {name: list(messages) for name, messages in (fields or {}).items()}
        self.retry_after_s = retry_after_s


class SettingsError(ModerationError):
    """A setting has a value that is not allowed; the start stops with this line."""

    code = "settings"


class UnknownScorer(SettingsError):
    """The configured scorer is neither a known name nor a folder."""

    code = "unknown_scorer"


class Malformed(ModerationError):
    """The request cannot be read at all (not JSON, broken encoding, bad cursor)."""

    code = "malformed"


class InvalidInput(ModerationError):
    """Fields were read but are not acceptable; ``fields`` says which and why."""

    code = "invalid"

    def __init__(self, fields: Mapping[str, Sequence[str]], message: str | None = None) -> None:
        names = ", ".join(sorted(fields))
        super().__init__(message or f"Please correct: {names}.", fields=fields)


class Unauthenticated(ModerationError):
    """No credential, or one that is unknown, expired or revoked."""

    code = "unauthenticated"


class Forbidden(ModerationError):
    """A valid credential that may not do this."""

    code = "forbidden"


class NotFound(ModerationError):
    """Missing, or not the caller's; the two are answered alike."""

    code = "not_found"


class Conflict(ModerationError):
    """The state does not allow it; ``code`` says which conflict."""

    code = "conflict"


class PreconditionRequired(ModerationError):
    """A change that needs ``If-Match`` came without it."""

    code = "precondition_required"


class PreconditionFailed(ModerationError):
    """``If-Match`` names an older version than the stored one."""

    code = "precondition_failed"


class TooManyRequests(ModerationError):
    """A flood or rate limit was reached."""

    code = "rate_limited"


class Unavailable(ModerationError):
    """The store cannot write, or a wait ran out; trying later is right."""

    code = "unavailable"


class Contended(Unavailable):
    """Others hold what was to be written together; it may be had apart, or later."""


class ScoringUnavailable(Unavailable):
    """No score can be had now: model missing, corrupt, slow, or it gave nonsense."""

    code = "scoring_unavailable"
