"""Which part of the queue is wanted and in which order, as conditions on its rows.

A condition either lies in an index of the queue's orders (site, holder), names few rows
(ids, escalation, a rare reason), names rows that
stand in the queue's order by themselves (a common reason, a label's scores), or has to be looked up row by row; what has to be looked
up is asked of a bounded stretch of the queue at a time, see ``storage/queue.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, cast, literal_column, or_, select

from models import Comment, Score, WaitingReason, WaitingScore
from moderation.domain.leases import LONGEST_CLAIM, beyond
from moderation.domain.statuses import QUEUED
from moderation.storage.waiting_keys import ESCALATED

SORTS: Final = ("priority", "score", "oldest", "newest")

# Written out, not bound: a partial index is used only where its condition is seen.
WAITING: Final = Comment.status == literal_column(f"'{QUEUED}'")


@dataclass(frozen=True)
class QueueFilter:
    """Which waiting comments are wanted, and in which order.

    Attributes:
        site_ids: only these sites; None means every site (admins).
        label: the label that the score range and the sort by score are about; without
            it they are about the highest score of all labels.
        min_score, max_score: score range, both ends included.
        reason: only comments held for this reason code.
        q: only comments whose name, email or text contain this, letter case aside.
        ids: only these comments.
        sort: one of :data:`SORTS`.
        held_by: only what this reviewer holds.
        unheld_at: only what nobody holds at this moment.
        escalated: only what is marked for admins.
        without: all but these comments.
        rare: whether few comments wait for the wanted reason, so that they are found by
            it and not by looking at every comment of the queue.
        common: whether many do, on sites few enough for the reason's own list, which is
            in the order of the queue, to be walked site by site.
    """

    site_ids: frozenset[str] | None = None
    label: str | None = None
    min_score: float | None = None
    max_score: float | None = None
    reason: str | None = None
    q: str | None = None
    ids: tuple[str, ...] | None = field(default=None)
    sort: str = "priority"
    held_by: str | None = None
    unheld_at: datetime | None = None
    escalated: bool = False
    without: frozenset[str] = frozenset()
    rare: bool = False
    common: bool = False

    @property
    def by_label_score(self) -> bool:
        """Whether the order itself is by one label's score."""
        return self.sort == "score" and self.label is not None

    @property
    def by_reason(self) -> bool:
        """Whether the reason's own list is walked."""
        return self.common and self.sort != "score" and not self.few

    @property
    def few(self) -> bool:
        """Whether an index names the few rows that can be wanted."""
        named = self.ids is not None or self.held_by is not None
        return named or self.escalated or self.rare

    @property
    def looks_up(self) -> bool:
        """Whether rows have to be looked at one by one to know which are wanted."""
        if self.few:
            return False
        by_order = self.sort == "score" and self.label is None
        ranged = self.label is not None or (
            (self.min_score is not None or self.max_score is not None) and not by_order
        )
        asked = self.reason is not None and not self.by_reason
        return bool(self.q or asked or (ranged and not self.by_label_score))


def walked_table(wanted: QueueFilter) -> type[Comment | WaitingReason | WaitingScore]:
    """The table that has an index in the wanted order."""
    if wanted.by_reason:
        return WaitingReason
    if wanted.by_label_score and not wanted.few:
        return WaitingScore
    return Comment


def score_column(wanted: QueueFilter, table: Any = Comment) -> Any:
    """The score that the range and the sort by score are about."""
    if table is WaitingScore:
        return WaitingScore.score
    return getattr(Score, wanted.label) if wanted.label else Comment.top_score


def literal_pattern(text: str) -> str:
    """A LIKE pattern for a search text that contains this, letter case folded."""
    return f"%{_literal(text.casefold())}%"


def _literal(text: str) -> str:
    """Escape what LIKE would read as a wildcard."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def unclaimed(now: datetime) -> ColumnElement[bool]:
    """Condition: nobody holds the comment now; ``leases.holds()`` in SQL."""
    return or_(
        Comment.claimed_by.is_(None),
        Comment.claim_expires_at <= now,
        Comment.claim_expires_at > beyond(now, LONGEST_CLAIM),
    )


def in_order(wanted: QueueFilter, site_id: str | None = None) -> list[ColumnElement[bool]]:
    """Conditions that the walk along an order of the queue answers by itself.

    Args:
        site_id: instead of the filter's sites, one of them.
    """
    table = walked_table(wanted)
    found: list[ColumnElement[bool]] = [*_named(wanted)]
    if not found:
        found += _listed(wanted, table)
        if site_id is not None:
            found.append(table.site_id == site_id)
        elif wanted.site_ids is not None:
            found.append(table.site_id.in_(sorted(wanted.site_ids)))
    if wanted.ids is not None:
        found.append(Comment.id.in_(wanted.ids))
    if wanted.held_by is not None:
        found.append(Comment.claimed_by == wanted.held_by)
    if wanted.unheld_at is not None:
        found.append(unclaimed(wanted.unheld_at))
    if wanted.without:
        found.append(Comment.id.not_in(sorted(wanted.without)))
    if wanted.sort == "score":
        # A row without a score has no place in an order by score.
        found.append(score_column(wanted, table).is_not(None))
        found += _range(wanted, table)
    return found


def _listed(wanted: QueueFilter, table: Any) -> list[ColumnElement[bool]]:
    """Which rows of the walked table are in the list at all."""
    if table is WaitingReason:
        return [WaitingReason.code == wanted.reason]
    if table is WaitingScore:
        return [WaitingScore.label == wanted.label]
    return [WAITING]


def _named(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """Conditions that name few rows of the wanted sites by another table or index.

    The status is compared as an expression, so that no index in the queue's order fits
    and these few rows are read and sorted instead.
    """
    found = []
    if wanted.rare:
        found.append(Comment.id.in_(waiting_for(wanted, wanted.reason)))
    if wanted.escalated:
        found.append(Comment.id.in_(waiting_for(wanted, ESCALATED)))
    return [Comment.status.concat("") == QUEUED, *found] if found else []


def looked_up(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """The other conditions, for which a row and its score have to be read."""
    found: list[ColumnElement[bool]] = [] if wanted.sort == "score" else _range(wanted)
    if wanted.label and not found:
        found.append(score_column(wanted).is_not(None))
    if wanted.reason and not (wanted.rare or wanted.by_reason):
        pattern = f'%"{_literal(wanted.reason)}"%'
        found.append(cast(Comment.reasons, Text).like(pattern, escape="\\"))
    if wanted.q:
        found.append(Comment.search_text.like(literal_pattern(wanted.q), escape="\\"))
    return found


def waiting_for(wanted: QueueFilter, code: str | None) -> Any:
    """The ids of what waits for a reason on the wanted sites."""
    query = select(WaitingReason.comment_id).where(WaitingReason.code == code)
    if wanted.site_ids is not None:
        query = query.where(WaitingReason.site_id.in_(sorted(wanted.site_ids)))
    return query


def _range(wanted: QueueFilter, table: Any = Comment) -> list[ColumnElement[bool]]:
    column = score_column(wanted, table)
    found: list[ColumnElement[bool]] = []
    if wanted.min_score is not None:
        found.append(column >= wanted.min_score)
    if wanted.max_score is not None:
        found.append(column <= wanted.max_score)
    return found


def order_keys(wanted: QueueFilter, table: Any = Comment) -> list[tuple[Any, bool]]:
    """Sort keys with "descending"; every order ends in time and id, so it is total.

    Args:
        table: whose columns are meant; comments with their score, or the walked table.
    """
    comment_id = Comment.id if table is Comment else table.comment_id
    age = [(table.created_at, False), (comment_id, False)]
    if wanted.sort == "oldest":
        return age
    if wanted.sort == "newest":
        return [(column, True) for column, _ in age]
    first = table.priority if wanted.sort == "priority" else score_column(wanted, table)
    return [(first, True), *age]


def ordered_by(keys: Sequence[tuple[Any, bool]]) -> list[Any]:
    """Sort keys as ORDER BY takes them."""
    return [column.desc() if down else column.asc() for column, down in keys]


def behind(keys: Sequence[tuple[Any, bool]], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows behind a cursor in an order of mixed directions."""
    first, descending = keys[0]
    # Said once more for the first key alone, so that an index can begin there.
    bound = first <= values[0] if descending else first >= values[0]
    steps = []
    for place, ((column, down), value) in enumerate(zip(keys, values, strict=True)):
        same = [keys[i][0] == values[i] for i in range(place)]
        steps.append(and_(*same, column < value if down else column > value))
    return and_(bound, or_(*steps))
