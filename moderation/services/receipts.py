"""The receipt token: what a guest without an account holds to reach a comment again."""

from __future__ import annotations

import base64
import hashlib
import hmac


class Receipts:
    """Makes receipt tokens from comment ids.

    A token is an HMAC of the id under the secret key: it can be made again for a repeated
    request, and only its hash is stored.

    Args:
        secret_key: the service's secret.
    """

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def token(self, comment_id: str) -> str:
        """The token of a comment: 43 characters, safe in an address."""
        return keyed_secret(self._secret, f"receipt:{comment_id}")

    @staticmethod
    def key(token: str) -> str:
        """What is stored of a token."""
        return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_secret(secret: bytes, what: str) -> str:
    """HMAC-SHA-256 (RFC 2104) of a name, as URL-safe text without padding."""
    return base64.urlsafe_b64encode(keyed_digest(secret, what)).rstrip(b"=").decode()


def keyed_digest(secret: bytes, what: str) -> bytes:
    """HMAC-SHA-256 (RFC 2104) of a name, 32 bytes."""
    return hmac.new(secret, what.encode(), hashlib.sha256).digest()
