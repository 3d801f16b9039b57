"""How far moderators agree, from second reviews that were made blind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from moderation.domain.agreement import kappa
from moderation.domain.intervals import Estimate
from moderation.domain.principals import Principal
from moderation.services.clock import Clock
from moderation.services.reach import own_site
from moderation.storage import blind
from moderation.storage.unit_of_work import Store

MOST: Final = 20_000
_SAID: Final = {"approve": "approve", "reject": "reject", "spam": "reject"}

_Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Agreement:
    """Agreement over some items.

    Attributes:
        who: the two people, or the reason code; empty over all.
        items: how many were judged twice.
        agreed: on how many both said the same.
    """

    who: tuple[str, ...]
    items: int
    agreed: int
    kappa: Estimate


@dataclass(frozen=True)
class AgreementView:
    """Over all, by pair of people, and by the reason for which the comment was held."""

    overall: Agreement
    pairs: tuple[Agreement, ...]
    reasons: tuple[Agreement, ...]


class MeasureAgreement:
    """Works out Cohen's kappa of a site's moderators."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, principal: Principal, slug: str, days: int) -> AgreementView:
        """Agreement in the second reviews of the last days, at most 20,000 of them.

        Raises:
            NotFound: no such site.
        """
        since = self._clock() - timedelta(days=days)
        with self._store.read() as session:
            site = own_site(session, principal, slug)
            rows = blind.second_verdicts(session, site.id, since, MOST)
        everything: _Pairs = []
        by_pair: dict[tuple[str, ...], _Pairs] = defaultdict(list)
        by_reason: dict[tuple[str, ...], _Pairs] = defaultdict(list)
        for one, two, first, second, reasons in rows:
            said = (_SAID[first], _SAID[second])
            everything.append(said)
            by_pair[one, two].append(said)
            for code in reasons:
                by_reason[(code,)].append(said)
        return AgreementView(
            _agreement((), everything), _listed(by_pair.items()), _listed(by_reason.items())
        )


def _listed(groups: Iterable[tuple[tuple[str, ...], _Pairs]]) -> tuple[Agreement, ...]:
    found = [_agreement(who, pairs) for who, pairs in groups]
    return tuple(sorted(found, key=lambda entry: (-entry.items, entry.who)))


def _agreement(who: tuple[str, ...], pairs: _Pairs) -> Agreement:
    return Agreement(who, len(pairs), sum(one == two for one, two in pairs), kappa(pairs))
