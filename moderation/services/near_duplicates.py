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
            rows = comments.by_ids(session, [item.id for item in items])
            return {
                comment_id: tuple(row.id for row in near)
                for comment_id, near in _near(session, rows).items()
                if near
            }

    def group(self, principal: Principal, comment_id: str) -> tuple[ReviewItem, ...]:
        """A comment and all waiting ones that are nearly the same, newest first.

        Raises:
            NotFound: missing, or another site's.
        """
        with self._store.read() as session:
            comment = own_comment(session, principal, comment_id)
            rows = [comment, *_near(session, [comment])[comment.id]]
            return review_items(session, rows, principal, self._clock())


def _near(session: Session, rows: Sequence[Comment]) -> dict[str, list[Comment]]:
    """By comment id the waiting comments of its site that are nearly the same."""
    keys = near_texts.keys_of(session, rows)
    by_key, known = near_texts.waiting_by_key(session, rows, keys)
    read: dict[str, frozenset[str]] = {}

    def shingles_of(comment: Comment) -> frozenset[str]:
        if comment.text_key not in read:
            read[comment.text_key] = shingles(comment.body)
        return read[comment.text_key]

    def alike(one: Comment, other: Comment) -> bool:
        if one.id == other.id or one.site_id != other.site_id:
            return False
        same = one.text_key == other.text_key
        return same or similarity(shingles_of(one), shingles_of(other)) >= ALIKE_FROM

    found = {}
    for row in rows:
        sharing = {other for key in keys[row.id] for other in by_key.get(key, ())}
        near = [known[other] for other in sorted(sharing, reverse=True)]
        found[row.id] = [other for other in near if alike(row, other)]
    return found
