"""How fast this process has scored lately, and when scoring last failed."""

from __future__ import annotations

import statistics
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from moderation.services.clock import Clock

_KEPT: Final = 1_000


@dataclass(frozen=True)
class ScoringSpeed:
    """The latest calls of the scorer, at most a thousand, since the process began.

    Attributes:
        calls: how many there were; a call may have scored several texts.
        half_within_ms, most_within_ms: the times within which half and nineteen in twenty
            of them were answered; None before the first.
        failed_at: when the scorer last gave no answer.
    """

    calls: int
    half_within_ms: float | None
    most_within_ms: float | None
    failed_at: datetime | None


class ScoringHealth:
    """Notes each call of the scorer; used by many threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._took_ms: deque[float] = deque(maxlen=_KEPT)
        self._failed_at: datetime | None = None
        self._lock = threading.Lock()

    def note(self, took_ms: float) -> None:
        """A call was answered."""
        with self._lock:
            self._took_ms.append(took_ms)

    def note_failure(self) -> None:
        """A call was not answered."""
        with self._lock:
            self._failed_at = self._clock()

    def speed(self) -> ScoringSpeed:
        """What has been noted."""
        with self._lock:
            took, failed_at = sorted(self._took_ms), self._failed_at
        if not took:
            return ScoringSpeed(0, None, None, failed_at)
        most = took[min(len(took) - 1, int(len(took) * 0.95))]
        return ScoringSpeed(len(took), statistics.median(took), most, failed_at)
