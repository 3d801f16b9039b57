"""Queries of calibrations: a site's versions, which are in use, and what stands in their way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from models import Calibration, Comment, Score
from moderation.domain.statuses import ERASED


def of_site(session: Session, site_id: str, label: str, limit: int) -> Sequence[Calibration]:
    """A label's versions, newest first."""
    query = select(Calibration).where(Calibration.site_id == site_id, Calibration.label == label)
    return session.scalars(query.order_by(Calibration.version.desc()).limit(limit)).all()


def version(session: Session, site_id: str, label: str, number: int) -> Calibration | None:
    """One version of a label."""
    query = select(Calibration).where(
        Calibration.site_id == site_id, Calibration.label == label, Calibration.version == number
    )
    return session.scalar(query)


def newest(session: Session, site_id: str, label: str) -> int:
    """The number of a label's newest version; 0 where there is none."""
    query = select(func.coalesce(func.max(Calibration.version), 0)).where(
        Calibration.site_id == site_id, Calibration.label == label
    )
    return session.scalars(query).one()


def in_use(session: Session, site_id: str) -> Sequence[Calibration]:
    """The versions in use, one a label at most."""
    query = select(Calibration).where(Calibration.site_id == site_id, Calibration.in_use)
    return session.scalars(query.order_by(Calibration.label)).all()


def switch_off(session: Session, site_id: str, label: str) -> None:
    """Take whatever version of a label is in use out of it."""
    session.execute(
        update(Calibration)
        .where(Calibration.site_id == site_id, Calibration.label == label, Calibration.in_use)
        .values(in_use=False)
        .execution_options(synchronize_session="fetch")
    )


class OtherScores(NamedTuple):
    """Comments whose present score is another model's.

    Attributes:
        readable: those that can be scored again.
        removed: those whose text is no longer kept.
    """

    readable: int
    removed: int


def of_another_model(
    session: Session, site_id: str, model: str, version: str, since: datetime
) -> OtherScores:
    """A site's comments sent since a moment that another model scored last."""
    query = (
        select(func.count(), func.count(Comment.text_removed_at))
        .join_from(Comment, Score, Score.id == Comment.score_id)
        .where(
            Comment.site_id == site_id,
            Comment.created_at >= since,
            Comment.status != ERASED,
            or_(Score.model != model, Score.model_version != version),
        )
    )
    scored, removed = session.execute(query).one()
    return OtherScores(scored - removed, removed)
