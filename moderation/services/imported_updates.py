"""A comment that was imported before, and stands in the file again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from models import Comment, ImportedComment
from moderation.domain.foreign_comment import Unfit
from moderation.domain.statuses import ERASED, WITHDRAWN
from moderation.errors import Conflict
from moderation.services.change_status import change_status
from moderation.services.foreign_rules import Admitted
from moderation.services.import_report import ImportReport
from moderation.services.imported_rows import import_change, text_columns
from moderation.storage import comments


def take_update(
    session: Session,
    row: ImportedComment,
    item: Admitted,
    report: ImportReport,
    now: datetime | None,
) -> None:
    """Bring over what has changed where the comment comes from.

    What a person or its author has done here since the last import stands, and a text that
    was removed when its time was over does not come back.

    Args:
        report: takes the outcome in.
        now: None only counts.
    """
    if item.found.digest() == row.digest:
        report.unchanged += 1
        return
    comment = comments.find(session, row.comment_id)
    if comment is None or comment.status == ERASED:
        report.skip(Unfit("erased_here"))
        return
    if comment.text_removed_at is not None:
        report.skip(Unfit("text_removed"))
        return
    if comment.version != row.version or comment.status == WITHDRAWN:
        report.skip(Unfit("changed_here"))
        return
    if now is not None:
        try:
            _bring_over(session, row, comment, item, now)
        except Conflict:
            report.skip(Unfit("changed_here"))
            return
    report.updated += 1


def _bring_over(
    session: Session, row: ImportedComment, comment: Comment, item: Admitted, now: datetime
) -> None:
    columns = text_columns(item)
    if columns["text_key"] != comment.text_key:
        # The old text's scores say nothing of the new one.
        columns |= {"score_id": None, "top_score": None}
    change = replace(import_change(item.found.status), values=columns)
    change_status(session, comment, change, seen_version=row.version, now=now)
    row.digest, row.version = item.found.digest(), comment.version
    session.flush()
