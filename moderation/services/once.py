"""Answers kept for repeated requests, so that a retry changes nothing twice.

The row is committed together with what the request did: a first try that was killed
half-way left neither.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

from models import KeptAnswer
from moderation.domain.principals import Principal
from moderation.errors import Conflict
from moderation.services.clock import Clock
from moderation.storage.unit_of_work import Store, lock

KEEP_FOR: Final = timedelta(hours=24)

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class OnceKey:
    """One request that may come again.

    Attributes:
        scope: who asks and for what; the same key elsewhere is another key.
        key_hash: SHA-256 of the client's Idempotency-Key.
        request_hash: SHA-256 of what was asked, to notice a key used twice.
    """

    scope: str
    key_hash: str
    request_hash: str


def once_key(principal: Principal, operation: str, key: str, request: Any) -> OnceKey:
    """Describe a request by credential, operation and content.

    Args:
        operation: the use case and what it acts on, such as ``submit:SITE``.
        key: the client's Idempotency-Key.
        request: the content, JSON-serialisable.
    """
    content = json.dumps(request, sort_keys=True, default=str)
    return OnceKey(
        scope=f"{principal.key}|{operation}"[:200],
        key_hash=hashlib.sha256(key.encode()).hexdigest(),
        request_hash=hashlib.sha256(content.encode()).hexdigest(),
    )


def kept_answer(session: Session, once: OnceKey | None, now: datetime) -> dict[str, Any] | None:
    """The first answer to this request, if it is still kept.

    Raises:
        Conflict: code ``idempotency_mismatch`` when the key belonged to another request.
    """
    if once is None:
        return None
    row = session.get(KeptAnswer, (once.scope, once.key_hash))
    if row is None:
        return None
    if row.created_at <= now - KEEP_FOR:
        session.delete(row)
        session.flush()
        return None
    if row.request_hash != once.request_hash:
        raise Conflict(
            "This Idempotency-Key was used for another request.", code="idempotency_mismatch"
        )
    return row.answer


def keep_answer(
    session: Session,
    once: OnceKey | None,
    answer: dict[str, Any],
    now: datetime,
    comment_id: str | None = None,
) -> None:
    """Keep an answer, without secrets, to be committed with what it is about."""
    if once is not None:
        session.add(
            KeptAnswer(
                scope=once.scope,
                key_hash=once.key_hash,
                request_hash=once.request_hash,
                answer=answer,
                comment_id=comment_id,
                created_at=now,
            )
        )


def lock_key(session: Session, once: OnceKey | None) -> None:
    """Make a second request with the same key wait for the first to commit."""
    if once is not None:
        lock(session, "once", once.scope, once.key_hash)


def write_once(
    store: Store,
    clock: Clock,
    once: OnceKey | None,
    work: Callable[[Session], Answer],
    pack: Callable[[Answer], dict[str, Any]],
    unpack: Callable[[dict[str, Any]], Answer],
) -> Answer:
    """Run a change in one transaction, or replay the answer it gave before.

    Args:
        work: makes the change and returns the answer.
        pack: the answer as JSON-ready data without secrets.
        unpack: rebuilds the answer.
    """
    with store.write() as session:
        lock_key(session, once)
        kept = kept_answer(session, once, clock())
        if kept is not None:
            return unpack(kept)
        answer = work(session)
        keep_answer(session, once, pack(answer), clock())
        return answer
