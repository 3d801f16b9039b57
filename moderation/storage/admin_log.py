"""Queries of the list of what admins did."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AdminLog


def page(
    session: Session, site_id: str | None, before: str | None, limit: int
) -> Sequence[AdminLog]:
    """Actions, newest first."""
    query = select(AdminLog).order_by(AdminLog.id.desc()).limit(limit)
    if site_id is not None:
        query = query.where(AdminLog.site_id == site_id)
    return session.scalars(query.where(AdminLog.id < before) if before else query).all()
