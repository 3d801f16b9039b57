"""Taking a decision back within the site's time, if nothing has happened since."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from models import ModerationLog
from moderation.domain.ids import is_id
from moderation.domain.principals import Principal
from moderation.domain.site_settings import SiteSettings
from moderation.domain.statuses import MODERATOR, UNDO
from moderation.errors import Conflict, Forbidden, ModerationError, NotFound
from moderation.services.change_status import Change, change_status
from moderation.services.clock import Clock
from moderation.services.decide_comment import (
    decision_view,
    packed_decision,
    packed_outcome,
    unpacked_decision,
    unpacked_outcome,
)
from moderation.services.once import once_key, write_once
from moderation.services.reach import own_comment
from moderation.services.views import BulkOutcome, BulkResult, DecisionView
from moderation.storage import history, sites
from moderation.storage.unit_of_work import Store


class UndoDecision:
    """Puts comments back where they were before a person's decision."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(
        self, principal: Principal, decision_id: str, key: str | None = None
    ) -> DecisionView:
        """Undo one decision.

        Raises:
            NotFound: no such decision on the caller's sites.
            Forbidden: a colleague's decision, and the caller is no admin.
            Conflict: ``stale`` when something came after, ``undo_expired`` when it is
                too late.
        """
        once = once_key(principal, f"undo:{decision_id}", key, decision_id) if key else None
        return write_once(
            self._store,
            self._clock,
            once,
            lambda session: self._undo(session, principal, self._find(session, decision_id)),
            packed_decision,
            unpacked_decision,
        )

    def batch(self, principal: Principal, batch_id: str, key: str | None = None) -> BulkOutcome:
        """Undo a bulk decision; each item says for itself how it went.

        Raises:
            NotFound: no such batch on the caller's sites.
        """
        once = once_key(principal, f"undo-batch:{batch_id}", key, batch_id) if key else None
        return write_once(
            self._store,
            self._clock,
            once,
            lambda session: self._undo_batch(session, principal, batch_id),
            packed_outcome,
            unpacked_outcome,
        )

    def _find(self, session: Session, decision_id: str) -> ModerationLog:
        row = history.find(session, decision_id) if is_id(decision_id) else None
        if row is None or row.actor != MODERATOR:
            raise NotFound("No such decision.")
        return row

    def _undo_batch(self, session: Session, principal: Principal, batch_id: str) -> BulkOutcome:
        rows = history.of_batch(session, batch_id) if is_id(batch_id) else []
        own = [row for row in rows if principal.may_act_on(row.site_id)]
        if not own:
            raise NotFound("No such batch of decisions.")
        results = []
        for row in own:
            try:
                view = self._undo(session, principal, row)
                results.append(BulkResult(row.comment_id, view, None))
            except ModerationError as error:
                results.append(BulkResult(row.comment_id, None, error.code))
        return BulkOutcome(batch_id, tuple(results))

    def _undo(self, session: Session, principal: Principal, row: ModerationLog) -> DecisionView:
        now = self._clock()
        try:
            comment = own_comment(session, principal, row.comment_id)
        except NotFound:
            raise NotFound("No such decision.") from None
        if row.actor_key != principal.key and not principal.is_admin:
            raise Forbidden("Only who decided, or an admin, can undo a decision.")
        if comment.version != row.version:
            raise Conflict("Something else has happened since.", code="stale")
        site = sites.by_ids(session, [row.site_id])[row.site_id]
        allowed = timedelta(seconds=SiteSettings(**site.settings).undo_s)
        if now > row.at + allowed:
            raise Conflict("It is too late to undo this decision.", code="undo_expired")
        before = row.before or {}
        change = Change(
            UNDO,
            "undo",
            before["status"],
            by=principal,
            batch_id=row.batch_id,
            undoes_id=row.id,
            escalated=before["escalated"],
        )
        undone = change_status(session, comment, change, seen_version=row.version, now=now)
        return decision_view(undone)
