"""Queries of calibrations: a site's versions, and which are in use."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import Calibration


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
