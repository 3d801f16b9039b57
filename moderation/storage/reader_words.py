"""Queries of readers' reports and of appeals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Appeal, CommentReport, WaitingReason
from moderation.domain.reasons import APPEALED


def find_report(session: Session, comment_id: str, reporter_key: str) -> CommentReport | None:
    """A reader's report of a comment, if there is one."""
    return session.scalar(
        select(CommentReport).where(
            CommentReport.comment_id == comment_id, CommentReport.reporter_key == reporter_key
        )
    )


def count_reports(session: Session, comment_id: str, after: datetime | None) -> int:
    """How many readers have reported a comment, of those after a moment if one is given."""
    query = (
        select(func.count())
        .select_from(CommentReport)
        .where(CommentReport.comment_id == comment_id)
    )
    return session.scalar(query.where(CommentReport.at > after) if after else query) or 0


def report_counts(session: Session, comment_ids: Iterable[str]) -> dict[str, int]:
    """Number of reports by comment id, of comments that have any."""
    rows = session.execute(
        select(CommentReport.comment_id, func.count())
        .where(CommentReport.comment_id.in_(list(comment_ids)))
        .group_by(CommentReport.comment_id)
    )
    return {comment_id: count for comment_id, count in rows}


def reports_of(session: Session, comment_id: str, limit: int) -> Sequence[CommentReport]:
    """Reports of a comment, newest first."""
    return session.scalars(
        select(CommentReport)
        .where(CommentReport.comment_id == comment_id)
        .order_by(CommentReport.at.desc(), CommentReport.id.desc())
        .limit(limit)
    ).all()


def appeal_of(session: Session, comment_id: str) -> Appeal | None:
    """The author's appeal, if there was one."""
    return session.get(Appeal, comment_id)


def appeals_of(session: Session, comment_ids: Iterable[str]) -> dict[str, Appeal]:
    """Appeals by comment id."""
    rows = session.scalars(select(Appeal).where(Appeal.comment_id.in_(list(comment_ids))))
    return {row.comment_id: row for row in rows}


def waiting_against(session: Session, reviewer_key: str) -> Sequence[tuple[str, str]]:
    """Comment and site of the appeals that wait against one reviewer's rejections."""
    rows = session.execute(
        select(WaitingReason.comment_id, WaitingReason.site_id)
        .join(Appeal, Appeal.comment_id == WaitingReason.comment_id)
        .where(Appeal.against_key == reviewer_key, WaitingReason.code == APPEALED)
    )
    return [(comment_id, site_id) for comment_id, site_id in rows]
