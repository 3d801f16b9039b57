"""Everything about one comment, for the person who has to decide it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import IntegrityError

from models import Comment, HighlightSet
from moderation.domain.principals import Principal
from moderation.domain.statuses import ERASED
from moderation.errors import ScoringUnavailable, Unavailable
from moderation.services.clock import Clock
from moderation.services.reach import own_comment
from moderation.services.review_items import history_entry, review_items, thread_entry
from moderation.services.views import CommentDetail, HistoryEntry
from moderation.storage import comments, history
from moderation.storage.unit_of_work import Store

THREAD_MAX = 20

Explain = Callable[[str], tuple[str, Sequence[Any]]]
"""Text → (model version, highlights); raises ScoringUnavailable."""


class ReadComment:
    """Shows one comment of the caller's sites.

    Args:
        explain: finds the passages that weigh most in a text.
    """

    def __init__(self, store: Store, clock: Clock, explain: Explain) -> None:
        self._store = store
        self._clock = clock
        self._explain = explain

    def detail(self, principal: Principal, comment_id: str) -> CommentDetail:
        """The comment with its trace, highlights, thread and history.

        Raises:
            NotFound: missing, or another site's.
        """
        with self._store.read() as session:
            comment = own_comment(session, principal, comment_id)
            item = review_items(session, [comment], principal, self._clock())[0]
            log = history.of_comment(session, comment.id)
            around = comments.thread_around(session, comment, THREAD_MAX)
            kept = session.get(HighlightSet, comment.id)
        traced = [row.trace for row in log if row.trace is not None]
        return CommentDetail(
            item=item,
            network=comment.network,
            policy_version=comment.policy_version,
            trace=tuple(traced[-1]) if traced else (),
            highlights=self._highlights(comment, kept),
            thread=tuple(thread_entry(row) for row in around),
            history=tuple(history_entry(row) for row in log),
        )

    def history(self, principal: Principal, comment_id: str) -> tuple[HistoryEntry, ...]:
        """Every status change of a comment, oldest first.

        Raises:
            NotFound: missing, or another site's.
        """
        with self._store.read() as session:
            comment = own_comment(session, principal, comment_id)
            return tuple(history_entry(row) for row in history.of_comment(session, comment.id))

    def _highlights(
        self, comment: Comment, kept: HighlightSet | None
    ) -> tuple[dict[str, Any], ...] | None:
        """Kept ones of this text, or fresh ones; None while the scorer is down."""
        if comment.status == ERASED:
            return ()
        if kept is not None and kept.text_key == comment.text_key:
            return tuple(kept.spans)
        try:
            version, found = self._explain(comment.body)
        except ScoringUnavailable:
            return None
        spans = [asdict(highlight) for highlight in found]
        try:
            with self._store.write() as session:
                session.merge(
                    HighlightSet(
                        comment_id=comment.id,
                        text_key=comment.text_key,
                        model_version=version,
                        spans=spans,
                    )
                )
        except (Unavailable, IntegrityError):
            # Another reader was faster, or the store cannot write now. Keeping them saves work next time; showing them does not depend on it.
            pass
        return tuple(spans)
