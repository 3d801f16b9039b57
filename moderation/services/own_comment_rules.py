"""What the holder of a receipt may do with a comment, and finding the comment for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import Comment
from moderation.domain.principals import ANONYMOUS
from moderation.domain.site_settings import SiteSettings
from moderation.domain.statuses import ERASED, PUBLISHED, QUEUED, WITHDRAWN
from moderation.errors import NotFound
from moderation.services.once import OnceKey, once_key
from moderation.services.receipts import Receipts
from moderation.storage import comments, sites


def find_own(session: Session, token: str) -> Comment:
    """The comment behind a receipt token.

    Raises:
        NotFound: no such receipt.
    """
    comment = comments.by_receipt(session, Receipts.key(token))
    if comment is None:
        raise NotFound("No such receipt.")
    return comment


def own_key(operation: str, token: str, key: str | None, request: Any) -> OnceKey | None:
    """Describe what the holder of a receipt asks for, where it may come again.

    Args:
        operation: a word for the use case.
        key: the client's Idempotency-Key, if it sent one.
        request: what is asked, JSON-serialisable.
    """
    if key is None:
        return None
    return once_key(ANONYMOUS, f"{operation}:{Receipts.key(token)}", key, request)


def settings_of(session: Session, comment: Comment) -> SiteSettings:
    """The settings of the comment's site."""
    return SiteSettings(**sites.by_ids(session, [comment.site_id])[comment.site_id].settings)


def allowed(comment: Comment, settings: SiteSettings, now: datetime) -> tuple[str, ...]:
    """What may be done now: ``edit`` within the site's window, ``withdraw`` until it is gone.

    Whether it can be appealed is asked in ``appeal_rejection.may_appeal``.
    """
    window = timedelta(seconds=settings.edit_window_s)
    editable = comment.status in (PUBLISHED, QUEUED) and now < comment.created_at + window
    present = comment.status not in (WITHDRAWN, ERASED)
    return (*(["edit"] if editable else []), *(["withdraw"] if present else []))
