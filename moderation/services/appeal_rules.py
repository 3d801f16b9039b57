"""Who may answer an appeal: never who rejected the comment, while somebody else can."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models import Comment
from moderation.domain.principals import Principal
from moderation.domain.reasons import APPEALED
from moderation.errors import Conflict
from moderation.services.views import AppealView
from moderation.storage import people, reader_words


def barred_from(session: Session, principal: Principal) -> frozenset[str]:
    """Ids of the waiting comments whose appeal is against this reviewer's own rejection.

    Where nobody else could decide it, it is not among them: better the same person than
    no person.
    """
    waiting = reader_words.waiting_against(session, principal.key)
    site_ids = {site_id for _, site_id in waiting}
    watched = {
        site_id
        for site_id in site_ids
        if people.another_reviewer(session, site_id, principal.kind, principal.id)
    }
    return frozenset(comment_id for comment_id, site_id in waiting if site_id in watched)


def check_not_barred(session: Session, principal: Principal, comment: Comment) -> None:
    """Refuse to let a reviewer answer an appeal against themselves.

    Raises:
        Conflict: code ``own_rejection``.
    """
    if APPEALED in comment.reasons and comment.id in barred_from(session, principal):
        raise Conflict(
            "Its author appealed against your rejection; a colleague decides.",
            code="own_rejection",
        )


def appeal_views(
    session: Session, rows: Sequence[Comment], viewer: Principal
) -> dict[str, AppealView]:
    """The appeals about some comments, by comment id."""
    found = reader_words.appeals_of(session, [row.id for row in rows])
    barred = barred_from(session, viewer) if found else frozenset()
    return {
        comment_id: AppealView(row.message, row.at, comment_id in barred)
        for comment_id, row in found.items()
    }
