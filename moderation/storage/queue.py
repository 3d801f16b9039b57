"""Reading the review queue, a bounded part of it at a time.

However long the queue is, a request walks along one index in the wanted order and stops.
Conditions that no index answers are asked of :data:`STRETCH` comments at a time: a part
of the answer may then hold few comments or none and still say where to go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, Subquery, func, select, union_all
from sqlalchemy.orm import Session

from models import Comment, Score, Site
from moderation.storage.queue_filter import (
    QueueFilter,
    behind,
    in_order,
    looked_up,
    order_keys,
    ordered_by,
    waiting_for,
    walked_table,
)

STRETCH: Final = 2_000
# What is looked for is often near: a short stretch is tried before the whole one.
SHORT: Final = 200
RARE: Final = 1_000
SITES_MERGED: Final = 40


@dataclass(frozen=True)
class Part:
    """A part of the queue.

    Attributes:
        rows: the comments, in order.
        onward: the sort keys behind which the next part begins, or None at the end.
    """

    rows: Sequence[Comment]
    onward: list[Any] | None


def prepared(session: Session, wanted: QueueFilter) -> QueueFilter:
    """The filter, knowing how many comments wait for its reason, and on which sites."""
    if wanted.reason is None and not wanted.by_label_score:
        return wanted
    rare = False
    if wanted.reason is not None:
        few = waiting_for(wanted, wanted.reason).limit(RARE + 1).subquery()
        rare = (session.scalar(select(func.count()).select_from(few)) or 0) <= RARE
    site_ids = wanted.site_ids
    if site_ids is None:
        # The lists by reason and by a label's score are in order within a site.
        every = session.scalars(select(Site.id).limit(SITES_MERGED + 1)).all()
        site_ids = frozenset(every) if len(every) <= SITES_MERGED else None
    merged = site_ids is not None and len(site_ids) <= SITES_MERGED
    common = wanted.reason is not None and not rare and merged
    return replace(wanted, site_ids=site_ids, rare=rare, common=common)


def walk(wanted: QueueFilter, after: Sequence[Any] | None, limit: int) -> Subquery:
    """The sort keys of the first comments behind a cursor, by what an index answers.

    Of several sites each is walked by itself and the walks are merged: an index in the
    order of one site ends at the limit, one over all sites would have to be sorted.
    """
    sites = sorted(wanted.site_ids or ())
    if wanted.few or not 1 < len(sites) <= SITES_MERGED:
        return _walk_one(wanted, after, None).limit(limit).subquery()
    parts = [_walk_one(wanted, after, site_id).limit(limit).subquery() for site_id in sites]
    merged = union_all(*(select(part) for part in parts)).subquery()
    keys = [(merged.c[f"key_{place}"], down) for place, (_, down) in enumerate(order_keys(wanted))]
    return select(merged).order_by(*ordered_by(keys)).limit(limit).subquery()


def _walk_one(wanted: QueueFilter, after: Sequence[Any] | None, site_id: str | None) -> Select[Any]:
    table = walked_table(wanted)
    keys = order_keys(wanted, table)
    columns = [column.label(f"key_{place}") for place, (column, _) in enumerate(keys)]
    query = select(keys[-1][0].label("id"), *columns)
    if table is not Comment and wanted.unheld_at is not None:
        query = query.join(Comment, Comment.id == keys[-1][0])
    elif table is Comment and wanted.by_label_score:
        query = query.join(Score, Score.id == Comment.score_id)
    query = query.where(*in_order(wanted, site_id))
    if after is not None:
        query = query.where(behind(keys, after))
    return query.order_by(*ordered_by(keys))


def chosen(wanted: QueueFilter, walked: Subquery) -> Select[Comment]:
    """The comments of a walk that all conditions want, in order."""
    query = select(Comment).where(Comment.id.in_(select(walked.c.id)))
    if wanted.label:
        query = query.join(Score, Score.id == Comment.score_id)
    return query.where(*looked_up(wanted)).order_by(*ordered_by(order_keys(wanted)))


def waiting(session: Session, wanted: QueueFilter, after: Sequence[Any] | None, limit: int) -> Part:
    """One part of the queue, at most ``limit`` comments.

    Args:
        after: the cursor's values, one for each sort key, or None for the first part.
    """
    wanted = prepared(session, wanted)
    # Few rows may all be wanted or not; of a walk in order the first ones are.
    size = STRETCH if wanted.few else limit + 1
    for stretch in (SHORT, STRETCH) if wanted.looks_up else (size,):
        walked = walk(wanted, after, stretch)
        rows = session.scalars(chosen(wanted, walked).limit(limit + 1)).all()
        if len(rows) > limit:
            return Part(rows[:limit], _keys_of(session, wanted, rows[limit - 1]))
    return Part(rows, end_of_walk(session, wanted, walked, STRETCH) if wanted.looks_up else None)


def end_of_walk(
    session: Session, wanted: QueueFilter, walked: Subquery, size: int
) -> list[Any] | None:
    """The sort keys of a walk's last comment; None where it came to the queue's end."""
    backwards = [
        (walked.c[f"key_{place}"], not down) for place, (_, down) in enumerate(order_keys(wanted))
    ]
    count = session.scalar(select(func.count()).select_from(walked)) or 0
    if count < size:
        return None
    last = session.execute(select(walked).order_by(*ordered_by(backwards)).limit(1)).one()
    return list(last[1:])


def _keys_of(session: Session, wanted: QueueFilter, comment: Comment) -> list[Any]:
    """The sort keys' values of a row."""
    age: list[Any] = [comment.created_at, comment.id]
    if wanted.sort in ("oldest", "newest"):
        return age
    if wanted.sort == "priority":
        return [comment.priority, *age]
    if wanted.label is None:
        return [comment.top_score, *age]
    score = session.get(Score, comment.score_id)
    return [getattr(score, wanted.label), *age]


def newer(session: Session, wanted: QueueFilter, since: datetime, most: int) -> int:
    """How many waiting comments came after a moment, counted up to ``most``."""
    wanted = replace(prepared(session, wanted), sort="newest")
    walked = walk(wanted, None, STRETCH if wanted.looks_up else most)
    came = chosen(wanted, walked).where(Comment.created_at > since).limit(most)
    return session.scalar(select(func.count()).select_from(came.subquery())) or 0


def oldest_at(session: Session, wanted: QueueFilter) -> datetime | None:
    """When the comment came that has waited longest."""
    walked = walk(replace(wanted, sort="oldest"), None, 1)
    return session.scalar(select(walked.c.key_0))
