"""Blind judging: a text and its page, nothing of what a machine or a colleague made of it.

An audit's verdict changes no status: it says how often the machine lets the wrong thing
through. A second review's says how far two people agree.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from models import BlindItem
from moderation.domain.principals import Principal
from moderation.errors import Conflict, NotFound
from moderation.services.blind_draw import AUDIT
from moderation.services.clock import Clock
from moderation.services.comment_facts import VERDICTS, note_audit
from moderation.services.once import once_key, write_once
from moderation.services.reach import own_site
from moderation.storage import blind, comments
from moderation.storage.unit_of_work import Store

CHOICES: Final = tuple(VERDICTS)


@dataclass(frozen=True)
class BlindView:
    """What a judge sees."""

    id: str
    body: str
    page_url: str
    page_title: str | None


@dataclass(frozen=True)
class BlindVerdict:
    """A verdict as it was given."""

    id: str
    verdict: str
    reason: str | None
    created_at: datetime
    by: str


class JudgeBlind:
    """Lists what is to be judged blind, and takes verdicts."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def page(
        self, principal: Principal, site: str | None, after: str, limit: int
    ) -> tuple[BlindView, ...]:
        """Open items of the caller's sites, behind a given one.

        Raises:
            NotFound: the wanted site is not one of the caller's.
        """
        with self._store.read() as session:
            site_ids = None if principal.is_admin else principal.site_ids
            if site is not None:
                site_ids = frozenset({own_site(session, principal, site).id})
            rows = blind.open_items(session, site_ids, principal.key, after, limit)
            return tuple(
                BlindView(item.id, body, page.url, page.title) for item, body, page in rows
            )

    def __call__(
        self,
        principal: Principal,
        item_id: str,
        verdict: str,
        reason: str | None,
        key: str | None = None,
    ) -> BlindVerdict:
        """Judge one item, once.

        Raises:
            NotFound: no such open item among the caller's.
            Conflict: ``stale`` where somebody else was first.
        """
        request = {"verdict": verdict, "reason": reason}
        once = once_key(principal, f"blind:{item_id}", key, request) if key else None
        return write_once(
            self._store,
            self._clock,
            once,
            lambda session: self._judge(session, principal, item_id, verdict, reason),
            _packed,
            lambda kept: BlindVerdict(
                **{**kept, "created_at": datetime.fromisoformat(kept["created_at"])}
            ),
        )

    def _judge(
        self,
        session: Session,
        principal: Principal,
        item_id: str,
        verdict: str,
        reason: str | None,
    ) -> BlindVerdict:
        item, now = session.get(BlindItem, item_id), self._clock()
        if item is None or not principal.may_act_on(item.site_id):
            raise NotFound("No such item.")
        if item.first_key == principal.key:
            raise NotFound("No such item.")
        values = {
            "verdict": verdict,
            "reason": reason,
            "by_key": principal.key,
            "by_name": principal.name,
            "judged_at": now,
        }
        if not blind.judge(session, item_id, values):
            raise Conflict("Somebody else has judged this one.", code="stale")
        comment = comments.find(session, item.comment_id)
        if item.kind == AUDIT and comment is not None and comment.text_key == item.text_key:
            note_audit(session, comment, VERDICTS[verdict])
        return BlindVerdict(item_id, verdict, reason, now, principal.name)


def _packed(given: BlindVerdict) -> dict[str, Any]:
    return {**asdict(given), "created_at": given.created_at.isoformat()}
