"""How a person wants to read, and what reading has asked of them today.

Nobody else sees these numbers; nothing is decided by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from models import ReaderDay, ReaderSettings
from moderation.errors import InvalidInput
from moderation.services.clock import Clock
from moderation.services.review_views import Reading
from moderation.storage.unit_of_work import Store, lock

DEFAULT_BUDGET: Final = 40
BUDGET_MAX: Final = 1_000
PAUSE_AFTER: Final = timedelta(minutes=50)
PAUSE: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Preferences:
    """What a person sets for themselves, see :class:`Reading`."""

    blur: bool = True
    keys: bool = True
    daily_budget: int = DEFAULT_BUDGET


class KeepReading:
    """Keeps each reader's settings and day; days are counted in UTC."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, user_id: str) -> Reading:
        """Settings and the day so far."""
        with self._store.read() as session:
            return self._reading(session, user_id)

    def set(self, user_id: str, wanted: Preferences) -> Reading:
        """Change the settings.

        Raises:
            InvalidInput: field ``daily_budget``.
        """
        if not 1 <= wanted.daily_budget <= BUDGET_MAX:
            raise InvalidInput(
                {"daily_budget": [f"Must be a whole number from 1 to {BUDGET_MAX}."]}
            )
        with self._store.write() as session:
            session.merge(
                ReaderSettings(
                    user_id=user_id,
                    blur=wanted.blur,
                    keys=wanted.keys,
                    daily_budget=wanted.daily_budget,
                )
            )
            session.flush()
            return self._reading(session, user_id)

    def note_opened(self, user_id: str, severe_passages: int = 0) -> Reading:
        """Count that a comment was opened, and how many severe passages were shown.

        Ten minutes without opening anything are a pause; reading begins anew after it.
        """
        now = self._clock()
        with self._store.write() as session:
            lock(session, "reader", user_id)
            row = session.get(ReaderDay, (user_id, now.date()))
            if row is None:
                row = ReaderDay(
                    user_id=user_id,
                    day=now.date(),
                    severe_shown=0,
                    reading_since=now,
                    last_seen_at=now,
                )
                session.add(row)
            if now - row.last_seen_at >= PAUSE:
                row.reading_since = now
            row.last_seen_at = now
            row.severe_shown += severe_passages
            session.flush()
            return self._reading(session, user_id)

    def _reading(self, session: Session, user_id: str) -> Reading:
        now = self._clock()
        kept = session.get(ReaderSettings, user_id)
        wanted = Preferences(kept.blur, kept.keys, kept.daily_budget) if kept else Preferences()
        day = session.get(ReaderDay, (user_id, now.date()))
        spent = _read_for(day, now)
        return Reading(
            wanted.blur,
            wanted.keys,
            wanted.daily_budget,
            day.severe_shown if day else 0,
            int(spent.total_seconds() // 60),
            spent >= PAUSE_AFTER,
            max(0, int((PAUSE_AFTER - spent).total_seconds() // 60)),
        )


def _read_for(day: ReaderDay | None, now: datetime) -> timedelta:
    if day is None or now - day.last_seen_at >= PAUSE:
        return timedelta(0)
    return max(timedelta(0), now - day.reading_since)
