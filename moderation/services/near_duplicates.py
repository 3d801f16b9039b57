"""Waiting comments that say nearly the same, so that they can be decided together."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models import Comment
from moderation.domain.near_text import ALIKE_FROM, shingles, similarity
from moderation.domain.principals import Principal
from moderation.services.clock import Clock
from moderation.services.reach import own_comment
from moderation.services.review_items import review_items
from moderation.services.views import ReviewItem
from moderation.storage import comments, near_texts
from moderation.storage.unit_of_work import Store


class NearDuplicates:
    """Finds groups across pages and authors of one site."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def counts(self, items: Sequence[ReviewItem]) -> dict[str, tuple[str, ...]]:
        """Ids of the waiting comments that are nearly the same as each of these.

        Args:
            items: comments that the caller has been shown.

        Returns:
            by id of the item, without those that stand alone.
        """
        with self._store.read() as session:
            rows = [comments.find(session, item.id) for item in items]
            present = [row for row in rows if row is not None]
            near = near_texts.waiting_candidates(session, present)
        found = {row.id: _alike(row, near) for row in present}
        return {row_id: tuple(row.id for row in rows) for row_id, rows in found.items() if rows}

    def group(self, principal: Principal, comment_id: str) -> tuple[ReviewItem, ...]:
        """A comment and all waiting ones that are nearly the same, newest first.

        Raises:
            NotFound: missing, or another site's.
        """
        with self._store.read() as session:
            comment = own_comment(session, principal, comment_id)
            rows = [comment, *_alike(comment, near_texts.waiting_candidates(session, [comment]))]
            return self._items(session, rows, principal)

    def _items(
        self, session: Session, rows: Sequence[Comment], principal: Principal
    ) -> tuple[ReviewItem, ...]:
        return review_items(session, rows, principal, self._clock())


def _alike(row: Comment, candidates: Sequence[Comment]) -> list[Comment]:
    own = shingles(row.body)
    return [
        other
        for other in candidates
        if other.id != row.id
        and other.site_id == row.site_id
        and (other.text_key == row.text_key or similarity(own, shingles(other.body)) >= ALIKE_FROM)
    ]
