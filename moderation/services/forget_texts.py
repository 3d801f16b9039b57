"""The text of what was not published goes after the site's time; rows and decisions stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from moderation.domain.site_settings import SiteSettings
from moderation.services.clock import Clock
from moderation.storage import retention, sites
from moderation.storage.unit_of_work import Store

EVERY: Final = timedelta(hours=1)
_BATCH: Final = 200


class ForgetTexts:
    """Removes the texts of rejected, spam and withdrawn comments when their time is over."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._last: datetime | None = None

    def __call__(self) -> None:
        """Look through all sites, at most once an hour in one process.

        The time runs from the last change of status: an appeal that was answered late
        keeps its text for as long as any other.
        """
        now = self._clock()
        if self._last is not None and now - self._last < EVERY:
            return
        with self._store.read() as session:
            limits = [
                (site.id, SiteSettings(**site.settings).rejected_text_days)
                for site in sites.every(session)
            ]
        for site_id, days in limits:
            if days is not None:
                self._forget(site_id, now - timedelta(days=days), now)
        # Only now: what failed on the way is tried again with the next sweep.
        self._last = now

    def _forget(self, site_id: str, before: datetime, now: datetime) -> None:
        while True:
            with self._store.read() as session:
                due = retention.texts_due(session, site_id, before, _BATCH)
            if not due:
                return
            with self._store.write() as session:
                retention.forget_texts(session, due, now)
            if len(due) < _BATCH:
                return
