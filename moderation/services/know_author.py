"""Everything one author wrote on a site, and how the site treats them from now on."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from models import AuthorMark, Comment
from moderation.domain.checks import BLOCKED, TRUSTED
from moderation.domain.ids import new_id
from moderation.domain.principals import Principal
from moderation.domain.statuses import ERASED
from moderation.errors import Conflict
from moderation.services.clock import Clock
from moderation.services.reach import own_comment
from moderation.services.review_items import review_items
from moderation.services.review_views import AuthorView, Mark
from moderation.services.write_note import checked_note
from moderation.storage import authors, sites
from moderation.storage.unit_of_work import Store, lock

STANDINGS: Final = (BLOCKED, TRUSTED, "none")


class KnowAuthor:
    """Shows and marks authors. An author is named by one of their comments, so that no
    email stands in an address or a log."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def view(
        self, principal: Principal, comment_id: str, before: str | None = None, limit: int = 25
    ) -> AuthorView:
        """The author of a comment with all that they wrote on its site.

        Args:
            before: only comments older than this id.

        Raises:
            NotFound: missing, or another site's.
            Conflict: code ``erased``: whose it was is not known any more.
        """
        with self._store.read() as session:
            comment = _known(session, principal, comment_id)
            author = (comment.site_id, comment.email_key)
            rows = authors.comments_of(session, *author, before, limit + 1)
            marks = authors.marks(session, *author)
            counts = authors.histories(session, [author])[author]
            site = sites.by_ids(session, [comment.site_id])[comment.site_id]
            return AuthorView(
                name=comment.name,
                email=comment.email,
                site=site.slug,
                standing=marks[0].standing if marks else "none",
                marks=tuple(Mark(row.standing, row.at, row.by_name, row.note) for row in marks),
                history=counts,
                items=review_items(session, rows[:limit], principal, self._clock()),
                next_before=rows[limit - 1].id if len(rows) > limit else None,
            )

    def mark(self, principal: Principal, comment_id: str, standing: str, note: str) -> Mark:
        """Block or trust the author of a comment on its site, or treat them as any other.

        It holds for comments that come from now on; what waits is still decided by a
        person.

        Args:
            standing: one of :data:`STANDINGS`.
            note: why, for colleagues.

        Raises:
            NotFound: missing, or another site's.
            InvalidInput: no note, or a longer one than 2,000 characters.
            Conflict: code ``erased``.
        """
        checked = checked_note(note)
        with self._store.write() as session:
            comment = _known(session, principal, comment_id)
            lock(session, "author", comment.site_id, comment.email_key)
            row = AuthorMark(
                id=new_id(),
                site_id=comment.site_id,
                email_key=comment.email_key,
                standing=standing,
                at=self._clock(),
                by_name=principal.name,
                note=checked,
            )
            session.add(row)
            return Mark(row.standing, row.at, row.by_name, row.note)


def _known(session: Session, principal: Principal, comment_id: str) -> Comment:
    comment = own_comment(session, principal, comment_id)
    if comment.status == ERASED:
        raise Conflict("Its author asked for it to be erased.", code="erased")
    return comment
