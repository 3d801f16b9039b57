"""Passwords: argon2id hashes with the library's defaults (RFC 9106, low-memory profile)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from moderation.errors import InvalidInput

PASSWORD_MIN = 12
PASSWORD_MAX = 200

_hasher = PasswordHasher()
# Checked when there is no such user, so that the answer takes as long as for a wrong password.
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str, field: str = "password") -> str:
    """Hash a new password.

    Raises:
        InvalidInput: when it is too short or too long.
    """
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise InvalidInput({field: [f"Must have {PASSWORD_MIN} to {PASSWORD_MAX} characters."]})
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether a password fits; takes its time even where there is nothing to compare."""
    try:
        _hasher.verify(stored or _NOBODY, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return stored is not None
