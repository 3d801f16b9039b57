"""What every use case of the lab starts from: a site, its policy, and a window of its facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from moderation.domain.policy import Policy
from moderation.domain.policy_input import changed_policy
from moderation.domain.principals import Principal
from moderation.errors import InvalidInput
from moderation.services.clock import Clock
from moderation.services.lab.columns import (
    Array,
    DecidedElsewhere,
    FactColumns,
    Mask,
    Window,
    decided_elsewhere,
)
from moderation.services.lab.listed_words import BITS, Lists, find_words
from moderation.services.lab.replay import replay
from moderation.services.policies import policy_in_force
from moderation.services.reach import own_site
from moderation.storage import facts, sites
from moderation.storage.unit_of_work import Store

DAYS_MAX: Final = 3_650


@dataclass(frozen=True)
class SiteWindow:
    """A site's facts over a period.

    Attributes:
        live: the policy now in force.
        lists: word lists by name and version.
        elsewhere: what was decided in other systems; in ``window`` only where that was wanted.
    """

    site_id: str
    live: Policy
    days: int
    window: Window
    lists: Mapping[str, Lists]
    elsewhere: DecidedElsewhere


@dataclass(frozen=True)
class Replayed:
    """What a policy does with a window.

    Attributes:
        outcome: each comment's place in ``domain.facts.OUTCOMES``.
        left_out: rules that were not replayed, because too many texts would be read.
        unread: comments whose words were not looked at again, their text being gone.
    """

    policy: Policy
    outcome: Array
    left_out: tuple[str, ...]
    unread: Mask


class ReadWindow:
    """Reads windows, and replays policies on them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._columns = FactColumns(store)

    def __call__(
        self,
        principal: Principal,
        slug: str,
        days: int,
        since: datetime | None = None,
        *,
        imported: bool = False,
    ) -> SiteWindow:
        """The last days of a site.

        Args:
            since: leaves out what was not sent after it.
            imported: whether what other systems decided counts like decisions made here.

        Raises:
            NotFound: no such site.
        """
        with self._store.read() as session:
            site = own_site(session, principal, slug)
            live = policy_in_force(session, site)
            versions = sites.word_lists(session, site.id)
        lists = {
            name: {version: rules[name] for version, rules in versions.items()} for name in BITS
        }
        until = self._clock()
        first = until - timedelta(days=days)
        window = self._columns.window(site.id, max(first, since or first), until)
        window, elsewhere = decided_elsewhere(window, include=imported)
        return SiteWindow(site.id, live, days, window, lists, elsewhere)

    def replay(self, seen: SiteWindow, policy: Policy) -> Replayed:
        """What a policy does with every comment of a window."""
        words = find_words(policy, seen.window, seen.lists, self._texts)
        outcome = replay(policy, seen.window, words.suspect, words.blocked)
        return Replayed(policy, outcome, words.left_out, words.unread)

    def _texts(self, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
        with self._store.read() as session:
            return facts.texts(session, ids)


def candidate_of(live: Policy, wanted: Mapping[str, Any]) -> Policy:
    """The live policy with some fields replaced.

    Raises:
        InvalidInput: naming each bad field under ``policy``.
    """
    try:
        return changed_policy(live, wanted)
    except InvalidInput as error:
        fields = {f"policy.{name}": found for name, found in error.fields.items()}
        raise InvalidInput(fields) from None


def outcome_counts(outcome: Array) -> tuple[int, int, int]:
    """How many are published, queued and rejected."""
    published, queued, rejected = (int(n) for n in np.bincount(outcome, minlength=3))
    return published, queued, rejected
