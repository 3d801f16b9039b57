"""Removing what other tables hold about a comment that is erased."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from models import HighlightSet, KeptAnswer, ModerationLog, Score, ScoringJob

_TABLES: Final = (HighlightSet, KeptAnswer, Score, ScoringJob)


def forget_all(session: Session, comment_id: str) -> None:
    """Delete scores, highlights, jobs and kept answers, and empty the log of words.

    A note or a finding may quote the text; the log's rows and their ids stay.
    """
    for table in _TABLES:
        session.execute(
            delete(table)
            .where(table.comment_id == comment_id)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(ModerationLog)
        .where(ModerationLog.comment_id == comment_id)
        .values(note=None, reason=None, trace=None, reasons=[])
        .execution_options(synchronize_session=False)
    )
