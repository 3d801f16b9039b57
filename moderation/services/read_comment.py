"""Everything about one comment, for the person who has to decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from sqlalchemy.exc import IntegrityError

from models import Comment, HighlightSet
from moderation.domain.principals import Principal
from moderation.domain.statuses import ERASED
from moderation.errors import ScoringUnavailable, Unavailable
from moderation.services.clock import Clock
from moderation.services.reach import own_comment
from moderation.services.review_items import (
    history_entry,
    report_view,
    review_items,
    thread_entry,
)
from moderation.services.views import CommentDetail, HistoryEntry, ReviewItem
from moderation.storage import comments, history, imported, reader_words
from moderation.storage.unit_of_work import Store

THREAD_MAX = 20
REPORTS_MAX = 50


class Explainer(Protocol):
    """Finds the passages that weigh most in a text."""

    def version(self) -> str:
        """The model behind it; empty while none is loaded."""
        ...

    def explain(self, text: str) -> Sequence[Any]:
        """Highlights in the order of the text; raises ScoringUnavailable."""
        ...


class ReadComment:
    """Shows one comment of the caller's sites."""

    def __init__(self, store: Store, clock: Clock, explainer: Explainer) -> None:
        self._store = store
        self._clock = clock
        self._explainer = explainer

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
            reports = reader_words.reports_of(session, comment.id, REPORTS_MAX)
            elsewhere = imported.external_ids(session, [comment.id]).get(comment.id)
        traced = [row.trace for row in log if row.trace is not None]
        source, external_id = elsewhere or (None, None)
        return CommentDetail(
            item=item,
            network=comment.network,
            source=source,
            external_id=external_id,
            policy_version=comment.policy_version,
            trace=tuple(traced[-1]) if traced else (),
            highlights=self._highlights(comment, kept),
            thread=tuple(thread_entry(row) for row in around),
            history=tuple(history_entry(row) for row in log),
            reports=tuple(report_view(row) for row in reports),
        )

    def history(self, principal: Principal, comment_id: str) -> tuple[HistoryEntry, ...]:
        """Every status change of a comment, oldest first.

        Raises:
            NotFound: missing, or another site's.
        """
        with self._store.read() as session:
            comment = own_comment(session, principal, comment_id)
            return tuple(history_entry(row) for row in history.of_comment(session, comment.id))

    def kept_marks(self, items: Sequence[ReviewItem]) -> dict[str, tuple[dict[str, Any], ...]]:
        """Passages that have been marked already, by id; nothing is scored for it.

        Args:
            items: comments that the caller has been shown.
        """
        with self._store.read() as session:
            kept = comments.highlights_of(session, [item.id for item in items])
        return {comment_id: tuple(spans) for comment_id, spans in kept.items()}

    def _highlights(
        self, comment: Comment, kept: HighlightSet | None
    ) -> tuple[dict[str, Any], ...] | None:
        """Kept ones of this text and model, or fresh ones; None while the scorer is down."""
        if comment.status == ERASED or comment.text_removed_at is not None:
            return ()
        version = self._explainer.version()
        same_text = kept is not None and kept.text_key == comment.text_key
        # While no model is loaded, what an earlier one found is better than nothing.
        if kept is not None and same_text and version in ("", kept.model_version):
            return tuple(kept.spans)
        try:
            found = self._explainer.explain(comment.body)
        except ScoringUnavailable:
            return None
        version = self._explainer.version()
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
