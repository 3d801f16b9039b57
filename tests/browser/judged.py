"""Decisions in numbers that the lab and its second scale can be worked out from."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from moderation.domain import facts
from moderation.domain.facts import Facts
from tests.browser.live import Live
from tests.judged import put_judged


def judged(live: Live, count: int, *, audits: int = 0, site: str = "gazette") -> None:
    """Comments of which people reject a share that rises with the score.

    Args:
        count: of those that were held.
        audits: of those, besides, that were published and looked at blind.
    """
    posted = live.submit("Judged words", site=site)["id"]
    chance = random.Random(3)
    rows = []
    for place in range(count + audits):
        audit = place >= count
        score = chance.uniform(0.01, 0.4) if audit else chance.uniform(0.3, 0.99)
        said = 2 if chance.random() < 2 * score - 1 else 1
        kept = Facts(
            at=datetime.now(UTC),
            scores={"insult": facts.millionths(score)},
            policy_version=1,
            audit_rate=facts.millionths(0.1 if audit else 0),
            machine="published" if audit else "queued",
            verdict=0 if audit else said,
            audit=said if audit else 0,
        )
        rows.append(kept)
    put_judged(live.runtime.store, posted, rows)
