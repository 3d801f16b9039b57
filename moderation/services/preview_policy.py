"""What a policy would have done over the last days, from what is stored; nothing is scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from moderation.domain.policy import Policy
from moderation.domain.principals import Principal
from moderation.services.lab import changes
from moderation.services.lab.changes import Example, Move
from moderation.services.lab.columns import DecidedElsewhere
from moderation.services.lab.quality import Quality, known, quality
from moderation.services.lab.site_window import ReadWindow, candidate_of, outcome_counts

EXAMPLES: Final = 20


@dataclass(frozen=True)
class Outcomes:
    """How many comments end how."""

    published: int
    queued: int
    rejected: int


@dataclass(frozen=True)
class Preview:
    """Two policies over the same comments.

    Attributes:
        comments: scored comments of the period.
        unscored: further ones without scores, which no policy can be replayed on.
        live: what the policy now in force gives on the stored scores.
        changed: how many comments end differently; ``moves`` sorts them.
        examples: some of them, from the wanted place on.
        queue_per_day: queued ÷ days, live and candidate.
        quality: the candidate's, with ``live_quality`` beside it.
        not_replayed: rules that would need too many texts to be read again.
        elsewhere: what was decided in other systems, and whether it counts in ``quality``.
        texts_removed: comments that changed word lists could not be held against, since their
            text is no longer kept; what was found at the time counts.
    """

    days: int
    policy: Policy
    live_policy: Policy
    comments: int
    unscored: int
    live: Outcomes
    candidate: Outcomes
    changed: int
    moves: tuple[Move, ...]
    examples: tuple[Example, ...]
    queue_per_day: tuple[float, float]
    quality: Quality
    live_quality: Quality
    not_replayed: tuple[str, ...]
    texts_removed: int
    elsewhere: DecidedElsewhere


class PreviewPolicy:
    """Compares a candidate with the policy in force."""

    def __init__(self, read_window: ReadWindow) -> None:
        self._read_window = read_window

    def __call__(
        self,
        principal: Principal,
        slug: str,
        wanted: Mapping[str, Any],
        days: int,
        *,
        first: int = 0,
        limit: int = EXAMPLES,
        since: datetime | None = None,
        imported: bool = False,
    ) -> Preview:
        """Replay both policies.

        Args:
            wanted: fields of the candidate; one left out is the live policy's.
            days: how far back.
            first: how many changed comments to pass over before the examples.
            imported: whether decisions made in other systems count.
            since: only comments sent after this, where it is later than the days say.

        Raises:
            NotFound: no such site.
            InvalidInput: naming each bad field under ``policy``.
        """
        seen = self._read_window(principal, slug, days, since, imported=imported)
        policy = candidate_of(seen.live, wanted)
        live = self._read_window.replay(seen, seen.live)
        candidate = self._read_window.replay(seen, policy)
        judged = changes.judgement(seen.window)
        found = changes.moves(live.outcome, candidate.outcome, judged)
        order = changes.in_order(seen.window, live.outcome, candidate.outcome, judged)
        shown = [int(place) for place in order[first : first + limit]]
        counts = (
            Outcomes(*outcome_counts(live.outcome)),
            Outcomes(*outcome_counts(candidate.outcome)),
        )
        facts = known(seen.window)
        return Preview(
            days=days,
            policy=policy,
            live_policy=seen.live,
            comments=len(seen.window),
            unscored=seen.window.unscored,
            live=counts[0],
            candidate=counts[1],
            changed=len(order),
            moves=found,
            examples=changes.examples(seen.window, live.outcome, candidate.outcome, shown),
            queue_per_day=(counts[0].queued / days, counts[1].queued / days),
            quality=quality(candidate.outcome, facts),
            live_quality=quality(live.outcome, facts),
            not_replayed=tuple(dict.fromkeys((*live.left_out, *candidate.left_out))),
            elsewhere=seen.elsewhere,
            texts_removed=int((live.unread | candidate.unread).sum()),
        )
