"""Email addresses: syntax by email-validator, without looking anything up."""

from __future__ import annotations

import email_validator
from email_validator import EmailNotValidError, validate_email

from moderation.domain.submission import EMAIL_MAX

# The library's documented way to let reserved names through (.test, .invalid, .local):
# only the syntax is asked for, and company networks use some of them.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


def check_email(text: str) -> tuple[str, str]:
    """An address in its stored form, and the key by which its owner is recognised.

    RFC 5321 syntax, quoted local parts and address literals included; a domain needs a
    dot. Whether mail arrives there is not asked.

    Raises:
        ValueError: saying what is wrong.
    """
    address = text.strip()
    if not address:
        raise ValueError("Please fill in your email address.")
    if len(address) > EMAIL_MAX:
        raise ValueError(f"At most {EMAIL_MAX} characters.")
    try:
        found = validate_email(
            address,
            check_deliverability=False,
            allow_quoted_local=True,
            allow_domain_literal=True,
        )
    except EmailNotValidError:
        raise ValueError("Please enter a valid email address, such as name@example.com.") from None
    normalized = found.normalized
    if len(normalized) > EMAIL_MAX:
        raise ValueError(f"At most {EMAIL_MAX} characters.")
    return normalized, normalized.casefold()[:EMAIL_MAX]
