"""Comments as moderators see them, put together from their rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import Comment, CommentReport, ModerationLog, Score
from moderation.domain.leases import LONGEST_CLAIM, holds
from moderation.domain.principals import Principal
from moderation.services.appeal_rules import appeal_views
from moderation.services.views import (
    Claim,
    HistoryEntry,
    Model,
    ReportView,
    ReviewItem,
    ThreadEntry,
)
from moderation.storage import authors, comments, reader_words, sites


def claim_of(comment: Comment, viewer: Principal, now: datetime) -> Claim | None:
    """The lease on a comment, if it still holds."""
    if comment.claimed_by is None or comment.claim_expires_at is None:
        return None
    if not holds(comment.claim_expires_at, now, LONGEST_CLAIM):
        return None
    return Claim(
        comment.claimed_name or "", comment.claimed_by == viewer.key, comment.claim_expires_at
    )


def review_items(
    session: Session, rows: Sequence[Comment], viewer: Principal, now: datetime
) -> tuple[ReviewItem, ...]:
    """The rows with their scores, sites, pages and authors' histories, in few queries."""
    scores = comments.scores_by_comment(session, rows)
    site_rows = sites.by_ids(session, {row.site_id for row in rows})
    pages = comments.pages_by_id(session, (row.page_id for row in rows))
    histories = authors.histories(session, ((row.site_id, row.email_key) for row in rows))
    ids = [row.id for row in rows]
    reports = reader_words.report_counts(session, ids)
    appeals = appeal_views(session, rows, viewer)
    return tuple(
        ReviewItem(
            id=row.id,
            site=site_rows[row.site_id].slug,
            status=row.status,
            author_name=row.name,
            author_email=row.email,
            author_website=row.website,
            author_history=histories[(row.site_id, row.email_key)],
            body=row.body,
            page_url=pages[row.page_id].url,
            page_title=pages[row.page_id].title,
            parent_id=row.parent_id,
            created_at=row.created_at,
            edited_at=row.edited_at,
            scores=comments.score_values(scores.get(row.id)),
            model=model_of(scores.get(row.id)),
            reasons=tuple(row.reasons),
            priority=row.priority,
            escalated=row.escalated,
            claim=claim_of(row, viewer, now),
            version=row.version,
            text_removed_at=row.text_removed_at,
            report_count=reports.get(row.id, 0),
            appeal=appeals.get(row.id),
        )
        for row in rows
    )


def model_of(score: Score | None) -> Model | None:
    """The model behind a score row."""
    return Model(score.model, score.model_version) if score else None


def history_entry(row: ModerationLog) -> HistoryEntry:
    """A log row as moderators see it."""
    return HistoryEntry(
        id=row.id,
        at=row.at,
        actor=row.actor,
        by=row.actor_name,
        action=row.action,
        from_status=row.from_status,
        to_status=row.to_status,
        version=row.version,
        reasons=tuple(row.reasons),
        reason=row.reason,
        note=row.note,
        policy_version=row.policy_version,
        model=row.model,
        undoes=row.undoes_id,
    )


def thread_entry(row: Comment) -> ThreadEntry:
    """A neighbouring comment as moderators see it."""
    return ThreadEntry(row.id, row.parent_id, row.status, row.name, row.body, row.created_at)


def report_view(row: CommentReport) -> ReportView:
    """A reader's report as moderators see it."""
    return ReportView(row.reason, row.note, row.at)
