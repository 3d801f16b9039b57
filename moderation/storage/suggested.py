"""Queries of the scores that clients say texts should have had."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import SuggestedScore


def of_site(session: Session, site_id: str, after: str, limit: int) -> Sequence[SuggestedScore]:
    """A site's suggestions, oldest first, behind a given id."""
    query = select(SuggestedScore).where(
        SuggestedScore.site_id == site_id, SuggestedScore.id > after
    )
    return session.scalars(query.order_by(SuggestedScore.id).limit(limit)).all()


def judged(session: Session, site_id: str, model: str, limit: int) -> Sequence[SuggestedScore]:
    """The newest suggestions that are a moderator's verdict and that a model has scored.

    Args:
        model: name and version, as stored with the scores.
    """
    query = select(SuggestedScore).where(
        SuggestedScore.site_id == site_id,
        SuggestedScore.verdict.is_not(None),
        SuggestedScore.model == model,
    )
    return session.scalars(query.order_by(SuggestedScore.id.desc()).limit(limit)).all()
