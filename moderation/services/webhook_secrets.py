"""The signing keys of webhook endpoints, derived like receipts and tokens."""

from __future__ import annotations

from datetime import datetime

from models import WebhookEndpoint
from moderation.domain.webhooks import as_secret
from moderation.services.receipts import keyed_digest


class WebhookSecrets:
    """Makes an endpoint's keys from its id and the number of its secret.

    No key lies in the database, and the answer to a repeated request can show it again.

    Args:
        secret_key: the service's secret.
    """

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def shown(self, endpoint: WebhookEndpoint) -> str:
        """The present secret as the receiver's admin is shown it."""
        return as_secret(self._key(endpoint.id, endpoint.secret_no))

    def keys(self, endpoint: WebhookEndpoint, now: datetime) -> list[bytes]:
        """The keys to sign with: the present one, and the one before while it still holds."""
        numbers = [endpoint.secret_no]
        if endpoint.old_secret_until is not None and endpoint.old_secret_until > now:
            numbers.append(endpoint.secret_no - 1)
        return [self._key(endpoint.id, number) for number in numbers]

    def _key(self, endpoint_id: str, number: int) -> bytes:
        return keyed_digest(self._secret, f"webhook:{endpoint_id}:{number}")
