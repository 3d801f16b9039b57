"""What an admin may set of a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moderation.domain import web_addresses
from moderation.domain.network_addresses import host_leads_inside
from moderation.domain.webhooks import EVENTS
from moderation.errors import InvalidInput


def checked_fields(wanted: Mapping[str, Any], *, allow_private: bool) -> dict[str, Any]:
    """The wanted values, normalised.

    Args:
        wanted: some of ``url``, ``events`` and ``active``.
        allow_private: whether an address may lead into the service's own network.

    Raises:
        InvalidInput: naming each bad field.
    """
    values, faults = dict(wanted), {}
    if "url" in wanted:
        try:
            values["url"] = _checked_url(wanted["url"].strip(), allow_private=allow_private)
        except ValueError as error:
            faults["url"] = [str(error)]
    if "events" in wanted:
        values["events"] = [event for event in EVENTS if event in wanted["events"]]
        if not values["events"] or set(wanted["events"]) - set(EVENTS):
            faults["events"] = [f"Must name some of: {', '.join(EVENTS)}."]
    if faults:
        raise InvalidInput(faults)
    return values


def _checked_url(text: str, *, allow_private: bool) -> str:
    url = web_addresses.webhook_url(text)
    if not allow_private and host_leads_inside(web_addresses.host_of(url)):
        raise ValueError(
            "Must not lead to this machine or a private network "
            "(MODERATION_WEBHOOK_ALLOW_PRIVATE allows it)."
        )
    return url
