"""The reasons of each site that a moderator picks with one key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from models import CannedReasons
from moderation.domain import canned_reasons
from moderation.domain.canned_reasons import DEFAULT, CannedReason
from moderation.domain.principals import Principal
from moderation.errors import InvalidInput
from moderation.services.admin_log import note_admin
from moderation.services.clock import Clock
from moderation.services.reach import own_site
from moderation.storage.unit_of_work import Store


class KeepReasons:
    """Reads and replaces a site's list."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, principal: Principal, slug: str) -> tuple[CannedReason, ...]:
        """The site's list, in the order of the digits.

        Raises:
            NotFound: missing, or not the caller's.
        """
        with self._store.read() as session:
            row = session.get(CannedReasons, own_site(session, principal, slug).id)
            return tuple(CannedReason(**reason) for reason in row.reasons) if row else DEFAULT

    def replace(
        self, principal: Principal, slug: str, wanted: Sequence[Mapping[str, str]]
    ) -> tuple[CannedReason, ...]:
        """Put another list in place.

        Raises:
            NotFound: missing, or not the caller's.
            InvalidInput: naming each bad field.
        """
        found = canned_reasons.problems(wanted)
        if found:
            raise InvalidInput(found)
        reasons = tuple(
            CannedReason(reason["label"].strip(), reason["text"].strip()) for reason in wanted
        )
        with self._store.write() as session:
            site = own_site(session, principal, slug)
            session.merge(
                CannedReasons(site_id=site.id, reasons=[asdict(reason) for reason in reasons])
            )
            labels = {"labels": [reason.label for reason in reasons]}
            note_admin(
                session, self._clock, principal, "reasons_changed", site.name, site.id, labels
            )
        return reasons
