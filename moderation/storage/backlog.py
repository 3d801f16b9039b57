"""What waits, counted for metrics. Each query reads an index of only the rows that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from models import Comment, ScoringJob, Site, WebhookDelivery, WebhookEndpoint

# Written out, not bound: SQLite uses a partial index only where it sees the condition.
_QUEUED = Comment.status == literal_column("'queued'")
_WAITING = WebhookDelivery.state == literal_column("'waiting'")

Row = tuple[str, int, datetime]


def queued(session: Session) -> Sequence[Row]:
    """For each site with held comments: its slug, how many, when the oldest was sent."""
    by_site = (
        select(
            Comment.site_id, func.count().label("number"), func.min(Comment.created_at).label("at")
        )
        .where(_QUEUED)
        .group_by(Comment.site_id)
        .subquery()
    )
    rows = session.execute(
        select(Site.slug, by_site.c.number, by_site.c.at).join(
            by_site, by_site.c.site_id == Site.id
        )
    )
    return [(slug, number, at) for slug, number, at in rows]


def unscored(session: Session) -> tuple[int, datetime | None]:
    """How many comments wait for a score, and since when the oldest has."""
    row = session.execute(select(func.count(), func.min(ScoringJob.created_at))).one()
    return row[0], row[1]


def undelivered(session: Session, now: datetime) -> Sequence[Row]:
    """For each site with due webhook events: its slug, how many, since when the oldest is due."""
    rows = session.execute(
        select(Site.slug, func.count(), func.min(WebhookDelivery.due_at))
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .join(Site, Site.id == WebhookEndpoint.site_id)
        .where(_WAITING, WebhookDelivery.due_at <= now, WebhookEndpoint.active)
        .group_by(Site.slug)
    )
    return [(slug, number, at) for slug, number, at in rows]


def endpoint_states(session: Session) -> dict[str, int]:
    """How many webhook endpoints are ``ok``, ``failing`` or paused, and why."""
    fails = WebhookEndpoint.failures > literal_column("0")
    rows = session.execute(
        select(WebhookEndpoint.paused_because, fails, func.count()).group_by(
            WebhookEndpoint.paused_because, fails
        )
    )
    counts: dict[str, int] = {}
    for paused_because, failing, number in rows:
        state = f"paused_{paused_because}" if paused_because else ("failing" if failing else "ok")
        counts[state] = counts.get(state, 0) + number
    return counts
