"""Queries of webhook endpoints and of the events that wait for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from models import Site, WebhookDelivery, WebhookEndpoint
from moderation.domain.webhooks import ERASED_EVENT, PUBLISHED_EVENT

# Written out, not bound: SQLite uses a partial index only where it sees the condition.
_WAITING = WebhookDelivery.state == literal_column("'waiting'")
# Asked at every step of every comment; putting it together takes longer than running it.
_LISTENING = (
    select(WebhookEndpoint)
    .where(
        WebhookEndpoint.site_id == bindparam("site"),
        or_(WebhookEndpoint.paused_because.is_(None), WebhookEndpoint.paused_because != "gone"),
    )
    .order_by(WebhookEndpoint.id)
)
_UNSYNCHRONISED = {"synchronize_session": False}


def endpoint(session: Session, site_id: str, endpoint_id: str) -> WebhookEndpoint | None:
    """One endpoint of a site."""
    row = session.get(WebhookEndpoint, endpoint_id)
    return row if row is not None and row.site_id == site_id else None


def endpoints(
    session: Session, site_id: str, after: str | None, limit: int
) -> Sequence[WebhookEndpoint]:
    """A site's endpoints in the order in which they were made."""
    query = select(WebhookEndpoint).where(WebhookEndpoint.site_id == site_id)
    query = query.where(WebhookEndpoint.id > after) if after else query
    return session.scalars(query.order_by(WebhookEndpoint.id).limit(limit)).all()


def listening(session: Session, site_id: str) -> Sequence[WebhookEndpoint]:
    """Endpoints that get events: they wait for one that is paused, not for one that is gone."""
    return session.scalars(_LISTENING, {"site": site_id}).all()


def waiting_counts(session: Session, ids: Iterable[str]) -> dict[str, int]:
    """How many events wait for each endpoint."""
    rows = session.execute(
        select(WebhookDelivery.endpoint_id, func.count())
        .where(WebhookDelivery.endpoint_id.in_(list(ids)), _WAITING)
        .group_by(WebhookDelivery.endpoint_id)
    )
    return {endpoint_id: count for endpoint_id, count in rows}


def troubled(session: Session, failures: int) -> dict[str, int]:
    """By site's slug, how many endpoints fail again and again or were paused for it."""
    rows = session.execute(
        select(Site.slug, func.count())
        .join(WebhookEndpoint, WebhookEndpoint.site_id == Site.id)
        .where(
            or_(
                WebhookEndpoint.failures >= failures,
                WebhookEndpoint.paused_because.in_(["gone", "failing"]),
            )
        )
        .group_by(Site.slug)
    )
    return {slug: number for slug, number in rows}


def with_work(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """Ids of endpoints that something is due for and that nobody is delivering to."""
    query = select(WebhookEndpoint.id).where(_is_free(now), _has_due(now)).limit(limit)
    return session.scalars(query).all()


def claim(
    session: Session, endpoint_id: str, now: datetime, lease_until: datetime
) -> WebhookEndpoint | None:
    """Take an endpoint for oneself; None where it is taken, resting, paused or idle."""
    return session.scalar(
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id, _is_free(now), _has_due(now))
        .values(lease_until=lease_until)
        .returning(WebhookEndpoint)
        .execution_options(**_UNSYNCHRONISED)
    )


def release(session: Session, endpoint_id: str, lease_until: datetime) -> None:
    """Give an endpoint back, unless the lease has run out and somebody else has it."""
    session.execute(
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.lease_until == lease_until)
        .values(lease_until=None)
        .execution_options(**_UNSYNCHRONISED)
    )


def next_due(
    session: Session, endpoint_id: str, now: datetime
) -> tuple[WebhookEndpoint, WebhookDelivery] | None:
    """The event that has been due for longest at an endpoint that may be delivered to."""
    row = session.execute(
        select(WebhookEndpoint, WebhookDelivery)
        .join(WebhookDelivery, WebhookDelivery.endpoint_id == WebhookEndpoint.id)
        .where(
            WebhookEndpoint.id == endpoint_id,
            _may_be_tried(now),
            _WAITING,
            WebhookDelivery.due_at <= now,
        )
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def delivery(session: Session, endpoint_id: str, delivery_id: str) -> WebhookDelivery | None:
    """One event of an endpoint."""
    row = session.get(WebhookDelivery, delivery_id)
    return row if row is not None and row.endpoint_id == endpoint_id else None


def deliveries(
    session: Session, endpoint_id: str, state: str | None, before: str | None, limit: int
) -> Sequence[WebhookDelivery]:
    """An endpoint's events, newest first."""
    query = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id)
    query = query.where(WebhookDelivery.state == state) if state else query
    query = query.where(WebhookDelivery.id < before) if before else query
    return session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit)).all()


def give_up_all(session: Session, endpoint_id: str, error: str) -> None:
    """Nothing that waits for an endpoint will be tried any more."""
    session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.endpoint_id == endpoint_id, _WAITING)
        .values(state="failed", last_error=error)
        .execution_options(**_UNSYNCHRONISED)
    )


def forget_comment(session: Session, comment_id: str) -> None:
    """Drop what has not been delivered about an erased comment, and every copy of its text.

    The event that says that it was erased stays.
    """
    _empty(
        session,
        and_(WebhookDelivery.comment_id == comment_id, WebhookDelivery.type != ERASED_EVENT),
    )


def forget_texts(session: Session, comment_ids: Collection[str]) -> None:
    """Drop or empty the events that hold the name and text of comments whose text is gone.

    Only the event of a publication holds them; the others tell what became of a comment
    and are still delivered.
    """
    about = and_(
        WebhookDelivery.comment_id.in_(comment_ids), WebhookDelivery.type == PUBLISHED_EVENT
    )
    _empty(session, about)


def _empty(session: Session, about: ColumnElement[bool]) -> None:
    """Take the copies of texts out of events; what was to be sent yet is dropped."""
    session.execute(
        delete(WebhookDelivery).where(about, _WAITING).execution_options(**_UNSYNCHRONISED)
    )
    session.execute(
        update(WebhookDelivery).where(about).values(body=None).execution_options(**_UNSYNCHRONISED)
    )


def of_comment(session: Session, comment_id: str) -> Sequence[WebhookDelivery]:
    """The events about a comment, oldest first."""
    return session.scalars(
        select(WebhookDelivery)
        .where(WebhookDelivery.comment_id == comment_id)
        .order_by(WebhookDelivery.id)
    ).all()


def _may_be_tried(now: datetime) -> ColumnElement[bool]:
    rested: Any = or_(WebhookEndpoint.rest_until.is_(None), WebhookEndpoint.rest_until <= now)
    return and_(WebhookEndpoint.active, rested)


def _is_free(now: datetime) -> ColumnElement[bool]:
    unleased = or_(WebhookEndpoint.lease_until.is_(None), WebhookEndpoint.lease_until <= now)
    return and_(_may_be_tried(now), unleased)


def _has_due(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        WebhookDelivery.endpoint_id == WebhookEndpoint.id, _WAITING, WebhookDelivery.due_at <= now
    )
