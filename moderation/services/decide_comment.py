"""A person's decision on one comment, or on many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from models import Comment, ModerationLog
from moderation.domain.ids import new_id
from moderation.domain.leases import LONGEST_CLAIM, holds
from moderation.domain.principals import Principal
from moderation.domain.statuses import MODERATOR, PUBLISHED, QUEUED, REJECTED, SPAM
from moderation.errors import Conflict, ModerationError
from moderation.services.appeal_rules import check_not_barred
from moderation.services.change_status import Change, change_status
from moderation.services.clock import Clock
from moderation.services.once import once_key, write_once
from moderation.services.reach import own_comment
from moderation.services.views import BulkOutcome, BulkResult, DecisionView
from moderation.storage.unit_of_work import Store

RESULTS: Final = {"approve": PUBLISHED, "reject": REJECTED, "spam": SPAM, "escalate": QUEUED}
ACTIONS: Final = tuple(RESULTS)
BULK_MAX: Final = 500


@dataclass(frozen=True)
class Verdict:
    """What a person decided.

    Attributes:
        action: one of :data:`ACTIONS`.
        reason: a canned reason or own words, told to the writer with a rejection.
        note: for colleagues.
    """

    action: str
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Target:
    """A comment and the version of it that was decided on."""

    id: str
    version: int


class DecideComment:
    """Applies decisions, each once."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(
        self, principal: Principal, target: Target, verdict: Verdict, key: str | None = None
    ) -> DecisionView:
        """Decide one comment.

        Args:
            key: the client's Idempotency-Key, if it sent one.

        Raises:
            NotFound: missing, or another site's.
            Conflict: ``stale``, ``claimed``, ``own_rejection`` or ``illegal_transition``; nothing has changed.
        """
        request = {**asdict(target), **asdict(verdict)}
        once = once_key(principal, f"decide:{target.id}", key, request) if key else None
        return write_once(
            self._store,
            self._clock,
            once,
            lambda session: self._decide(session, principal, target, verdict, None),
            packed_decision,
            unpacked_decision,
        )

    def many(
        self,
        principal: Principal,
        targets: Sequence[Target],
        verdict: Verdict,
        key: str | None = None,
    ) -> BulkOutcome:
        """Decide many comments in one transaction; each says for itself how it went."""
        request = {"items": [asdict(target) for target in targets], **asdict(verdict)}
        once = once_key(principal, "decide-many", key, request) if key else None
        return write_once(
            self._store,
            self._clock,
            once,
            lambda session: self._decide_many(session, principal, targets, verdict),
            packed_outcome,
            unpacked_outcome,
        )

    def _decide_many(
        self, session: Session, principal: Principal, targets: Sequence[Target], verdict: Verdict
    ) -> BulkOutcome:
        batch_id = new_id()
        found: dict[int, BulkResult] = {}
        # In the order of their ids, as everyone locks several: two who decide the same ones on
        # PostgreSQL wait for each other once, and never both.
        for place, target in sorted(enumerate(targets), key=lambda placed: placed[1].id):
            try:
                view = self._decide(session, principal, target, verdict, batch_id)
                found[place] = BulkResult(target.id, view, None)
            except ModerationError as error:
                found[place] = BulkResult(target.id, None, error.code)
        results = [found[place] for place in range(len(targets))]
        return BulkOutcome(batch_id, tuple(results))

    def _decide(
        self,
        session: Session,
        principal: Principal,
        target: Target,
        verdict: Verdict,
        batch_id: str | None,
    ) -> DecisionView:
        now = self._clock()
        comment = own_comment(session, principal, target.id)
        if comment.version == target.version:
            check_claim(comment, principal, now)
            check_not_barred(session, principal, comment)
        change = Change(
            MODERATOR,
            verdict.action,
            RESULTS[verdict.action],
            by=principal,
            reason=verdict.reason,
            note=verdict.note,
            batch_id=batch_id,
            escalated=verdict.action == "escalate",
        )
        row = change_status(session, comment, change, seen_version=target.version, now=now)
        return decision_view(row)


def check_claim(comment: Comment, principal: Principal, now: datetime) -> None:
    """Refuse to act on a comment that somebody else is looking at.

    Raises:
        Conflict: code ``claimed``.
    """
    holder, until = comment.claimed_by, comment.claim_expires_at
    held = until is not None and holds(until, now, LONGEST_CLAIM)
    if held and holder not in (None, principal.key):
        raise Conflict(f"{comment.claimed_name} is looking at this comment.", code="claimed")


def decision_view(row: ModerationLog) -> DecisionView:
    """A decision as it is answered."""
    return DecisionView(
        id=row.id,
        comment_id=row.comment_id,
        action=row.action,
        status=row.to_status,
        version=row.version,
        created_at=row.at,
        by=row.actor_name or "",
    )


def packed_decision(view: DecisionView) -> dict[str, Any]:
    """A decision as JSON-ready data."""
    return {**asdict(view), "created_at": view.created_at.isoformat()}


def unpacked_decision(data: dict[str, Any]) -> DecisionView:
    """The reverse of :func:`packed_decision`."""
    return DecisionView(**{**data, "created_at": datetime.fromisoformat(data["created_at"])})


def packed_outcome(outcome: BulkOutcome) -> dict[str, Any]:
    """A bulk decision as JSON-ready data."""
    return {
        "batch_id": outcome.batch_id,
        "results": [
            [result.id, packed_decision(result.decision) if result.decision else None, result.code]
            for result in outcome.results
        ],
    }


def unpacked_outcome(data: dict[str, Any]) -> BulkOutcome:
    """The reverse of :func:`packed_outcome`."""
    results = tuple(
        BulkResult(item_id, unpacked_decision(decision) if decision else None, code)
        for item_id, decision, code in data["results"]
    )
    return BulkOutcome(data["batch_id"], results)
