"""Queries of Coral's signing secrets."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models import CoralPhase


def find(session: Session, site_id: str) -> CoralPhase | None:
    """The site's phase, None when it has none."""
    return session.get(CoralPhase, site_id)


def remove(session: Session, site_id: str) -> bool:
    """Forget a site's secret; whether there was one."""
    gone = delete(CoralPhase).where(CoralPhase.site_id == site_id)
    return session.scalar(gone.returning(CoralPhase.site_id)) is not None
