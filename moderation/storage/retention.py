"""Deleting what may not be kept any longer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models import Comment, KeptAnswer, WebhookDelivery


def anything_due(
    session: Session, networks_before: datetime, answers_before: datetime, events_before: datetime
) -> bool:
    """Whether there is something to forget; asked first, to take no write lock for nothing."""
    old_network = (
        select(Comment.id)
        .where(Comment.network.is_not(None), Comment.network_at <= networks_before)
        .limit(1)
    )
    old_answer = select(KeptAnswer.scope).where(KeptAnswer.created_at <= answers_before).limit(1)
    old_event = (
        select(WebhookDelivery.id).where(WebhookDelivery.created_at <= events_before).limit(1)
    )
    return any(session.scalar(query) is not None for query in (old_network, old_answer, old_event))


def forget_networks(session: Session, before: datetime) -> None:
    """Remove the networks of senders from comments sent before a moment."""
    session.execute(
        update(Comment)
        .where(Comment.network.is_not(None), Comment.network_at <= before)
        .values(network=None, network_at=None)
        .execution_options(synchronize_session=False)
    )


def drop_answers(session: Session, before: datetime) -> None:
    """Remove answers kept for repeated requests since before a moment."""
    session.execute(
        delete(KeptAnswer)
        .where(KeptAnswer.created_at <= before)
        .execution_options(synchronize_session=False)
    )


def drop_events(session: Session, before: datetime) -> None:
    """Remove webhook events, delivered or not, that were made before a moment."""
    session.execute(
        delete(WebhookDelivery)
        .where(WebhookDelivery.created_at <= before)
        .execution_options(synchronize_session=False)
    )
