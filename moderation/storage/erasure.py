"""Removing what other tables hold about a comment that is erased."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models import (
    Appeal,
    AuthorMark,
    BlindItem,
    Comment,
    CommentNote,
    CommentReport,
    HighlightSet,
    ImportedComment,
    KeptAnswer,
    Mail,
    ModerationLog,
    Score,
    ScoringJob,
    TextBand,
    WaitingReason,
    WaitingScore,
)
from moderation.storage import webhooks

_TABLES: Final = (
    Appeal,
    BlindItem,
    CommentNote,
    CommentReport,
    HighlightSet,
    KeptAnswer,
    Mail,
    Score,
    ScoringJob,
    TextBand,
    WaitingReason,
    WaitingScore,
)


def forget_all(session: Session, comment_id: str) -> None:
    """Delete scores, highlights, notes, blind items, jobs and kept answers, and empty the log of words.

    Events about it that no receiver has got yet are dropped.

    A note or a finding may quote the text; the log's rows and their ids stay.
    """
    for table in _TABLES:
        session.execute(
            delete(table)
            .where(table.comment_id == comment_id)
            .execution_options(synchronize_session=False)
        )
    webhooks.forget_comment(session, comment_id)
    session.execute(
        update(ModerationLog)
        .where(ModerationLog.comment_id == comment_id)
        .values(note=None, reason=None, trace=None, reasons=[])
        .execution_options(synchronize_session=False)
    )
    # The id stays, so that a later import does not bring the comment back; the digest is
    # of words that are gone.
    session.execute(
        update(ImportedComment)
        .where(ImportedComment.comment_id == comment_id)
        .values(digest="")
        .execution_options(synchronize_session=False)
    )


def forget_author(session: Session, site_id: str, email_key: str) -> None:
    """Delete the marks on an author of whom the site has no other comment.

    A mark holds the address, so it goes with the last comment that it is about.
    """
    others = select(Comment.id).where(Comment.site_id == site_id, Comment.email_key == email_key)
    if session.scalar(others.limit(1)) is None:
        session.execute(
            delete(AuthorMark)
            .where(AuthorMark.site_id == site_id, AuthorMark.email_key == email_key)
            .execution_options(synchronize_session=False)
        )
