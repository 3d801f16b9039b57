"""Deleting what may not be kept any longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from models import (
    Appeal,
    BlindItem,
    Comment,
    CommentNote,
    CommentReport,
    HighlightSet,
    ImportedComment,
    KeptAnswer,
    ModerationLog,
    TextBand,
    WebhookDelivery,
)
from moderation.domain import facts
from moderation.domain.statuses import REJECTED, SPAM, WITHDRAWN
from moderation.storage import facts as stored
from moderation.storage import webhooks
from moderation.storage.comments import search_text, text_key

# Written out, not bound: SQLite uses a partial index only where it sees the condition.
_UNPUBLISHED = text("comments.status IN ('rejected', 'spam', 'withdrawn')")
_TELLS_REPORTER = text("comment_reports.reporter_key <> comment_reports.id")


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
    old_report = (
        select(CommentReport.id)
        .where(CommentReport.at <= networks_before, _TELLS_REPORTER)
        .limit(1)
    )
    old_event = (
        select(WebhookDelivery.id).where(WebhookDelivery.created_at <= events_before).limit(1)
    )
    queries = (old_network, old_answer, old_report, old_event)
    return any(session.scalar(query) is not None for query in queries)


def forget_networks(session: Session, before: datetime) -> None:
    """Remove the networks of senders from comments sent before a moment."""
    # Locked in the order in which everybody locks many comments, or two could wait for each other.
    old = (
        select(Comment.id)
        .where(Comment.network.is_not(None), Comment.network_at <= before)
        .order_by(Comment.id)
        .with_for_update()
    )
    session.execute(
        update(Comment)
        .where(Comment.id.in_(old))
        .values(network=None, network_at=None)
        .execution_options(synchronize_session=False)
    )


def forget_reporters(session: Session, before: datetime) -> None:
    """Replace what is left of reporters' addresses in reports from before a moment.

    The row's own id takes the place of the hash: the report still counts as one reader's.
    """
    session.execute(
        update(CommentReport)
        .where(CommentReport.at <= before, _TELLS_REPORTER)
        .values(reporter_key=CommentReport.id)
        .execution_options(synchronize_session=False)
    )


def texts_due(session: Session, site_id: str, before: datetime, limit: int) -> Sequence[str]:
    """Ids of a site's unpublished comments whose status has not changed since a moment.

    Of those that wait for nobody: rejected, spam and withdrawn, with their text.
    """
    changed = select(ModerationLog.id).where(
        ModerationLog.comment_id == Comment.id, ModerationLog.at > before
    )
    return session.scalars(
        select(Comment.id)
        .where(
            Comment.site_id == site_id,
            Comment.created_at <= before,
            Comment.text_removed_at.is_(None),
            _UNPUBLISHED,
            ~changed.exists(),
        )
        .order_by(Comment.created_at)
        .limit(limit)
    ).all()


def forget_texts(session: Session, comment_ids: Sequence[str], now: datetime) -> None:
    """Remove texts and what quotes them; names, scores and the log stay.

    What quotes a text: passages and keys of it, the appeal, reports' notes, moderators'
    notes, the words that a list found in it, whom it named, and events for webhooks.
    """
    rows = session.scalars(
        select(Comment)
        .where(
            Comment.id.in_(comment_ids),
            Comment.text_removed_at.is_(None),
            # One that came back to the queue in the meantime keeps its text.
            Comment.status.in_([REJECTED, SPAM, WITHDRAWN]),
        )
        .order_by(Comment.id)
        .with_for_update()
    ).all()
    for row in rows:
        row.body = ""
        row.text_key = text_key("")
        row.search_text = search_text(row.name, row.email, "")
        row.text_removed_at = now
        _forget_whom_it_named(session, row)
    ids = [row.id for row in rows]
    for table in (CommentNote, HighlightSet, TextBand):
        session.execute(
            delete(table)
            .where(table.comment_id.in_(ids))
            .execution_options(synchronize_session=False)
        )
    # Nobody can judge what cannot be read; what was judged stays.
    session.execute(
        delete(BlindItem)
        .where(BlindItem.comment_id.in_(ids), BlindItem.verdict.is_(None))
        .execution_options(synchronize_session=False)
    )
    _blank(session, ids, Appeal, message="")
    _blank(session, ids, CommentReport, note=None)
    # A digest of the text would confirm a guess; the id stays, for later imports.
    _blank(session, ids, ImportedComment, digest="")
    _forget_words(session, ids)
    webhooks.forget_texts(session, ids)


def _forget_whom_it_named(session: Session, comment: Comment) -> None:
    kept = stored.of_comment(session, comment.id)
    if kept is not None:
        changed = facts.with_values(kept, {"terms": 0})
        stored.keep(session, [stored.Row(comment.site_id, comment.id, changed)])


def _blank(
    session: Session,
    comment_ids: Sequence[str],
    table: type[Appeal | CommentReport | ImportedComment],
    **values: str | None,
) -> None:
    session.execute(
        update(table)
        .where(table.comment_id.in_(comment_ids))
        .values(values)
        .execution_options(synchronize_session=False)
    )


def _forget_words(session: Session, comment_ids: Sequence[str]) -> None:
    """Remove moderators' notes and the words found in texts from the log.

    That a list matched, how often and with what effect stays, as do reasons, which were
    written for the author to read.
    """
    for row in session.scalars(
        select(ModerationLog).where(ModerationLog.comment_id.in_(comment_ids))
    ):
        row.note = None
        if row.trace and any("words" in finding["detail"] for finding in row.trace):
            row.trace = [
                {**finding, "detail": {k: v for k, v in finding["detail"].items() if k != "words"}}
                for finding in row.trace
            ]


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
