"""What has to happen without anybody asking: waiting comments are scored or given to a
person, addresses are forgotten, kept answers dropped. Safe to run anywhere, any time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from moderation.services.clock import Clock
from moderation.services.forget_texts import ForgetTexts
from moderation.services.nudge_tone import NudgeTone
from moderation.services.once import KEEP_FOR
from moderation.services.score_pending import BATCH, Round, ScorePending
from moderation.storage import mails, retention
from moderation.storage.unit_of_work import Store

NETWORK_KEPT: Final = timedelta(days=30)
MAIL_KEPT: Final = timedelta(days=30)
EVENTS_KEPT: Final = timedelta(days=30)


class Sweep:
    """One pass over all that is due."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        score_pending: ScorePending,
        nudges: NudgeTone,
        texts: ForgetTexts,
    ) -> None:
        self._store = store
        self._clock = clock
        self._score_pending = score_pending
        self._nudges = nudges
        self._texts = texts

    def __call__(self, *, margin_s: float = 0) -> Round:
        """Work through what waits, then tidy up.

        Args:
            margin_s: seconds until the next pass.

        Returns:
            what became of the waiting comments.
        """
        total = Round()
        while True:
            done = self._score_pending(margin_s=margin_s)
            total = Round(
                total.scored + done.scored,
                total.put_off + done.put_off,
                total.given_up + done.given_up,
            )
            if done.put_off or done.scored < BATCH:
                break
        self.tidy()
        return total

    def without_scoring(self, *, margin_s: float = 0) -> Round:
        """The rest of a pass, where scoring is left to workers: give up, tidy up."""
        done = self._score_pending(0, margin_s=margin_s)
        self.tidy()
        return done

    def tidy(self) -> None:
        """Forget networks, mails and webhook events after 30 days, kept answers after 24 hours,
        nudges after one, texts in time."""
        now = self._clock()
        limits = now - NETWORK_KEPT, now - KEEP_FOR, now - EVENTS_KEPT
        with self._store.read() as session:
            due = retention.anything_due(session, *limits)
            due = due or mails.anything_old(session, now - MAIL_KEPT)
        if due:
            with self._store.write() as session:
                retention.forget_networks(session, limits[0])
                retention.forget_reporters(session, limits[0])
                retention.drop_answers(session, limits[1])
                retention.drop_events(session, limits[2])
                mails.drop_old(session, now - MAIL_KEPT)
        self._nudges.close_expired()
        self._texts()
