"""Queries of nudges: who has been asked to reword, and the counts of each day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import NudgeDay, NudgeTry

Outcome = Literal["nudged", "reworded", "sent_anyway", "dropped"]
COUNTS: Final[tuple[Outcome, ...]] = ("nudged", "reworded", "sent_anyway", "dropped")


def find(session: Session, key: str) -> NudgeTry | None:
    """The open question to an author on a page, if there is one."""
    return session.get(NudgeTry, key)


def count(session: Session, site_id: str, day: date, outcome: Outcome) -> None:
    """Add one to a day's count."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    counts: dict[str, int] = {name: int(name == outcome) for name in COUNTS}
    statement = insert(NudgeDay).values(site_id=site_id, day=day, **counts)
    column = getattr(NudgeDay, outcome)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["site_id", "day"], set_={outcome: column + 1}
        )
    )


def settle(session: Session, row: NudgeTry, outcome: Outcome) -> None:
    """Close a question and count what came of it, once."""
    gone = session.execute(
        delete(NudgeTry).where(NudgeTry.key == row.key, NudgeTry.until == row.until)
        .returning(NudgeTry.key)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if gone.scalar_one_or_none() is not None:
        count(session, row.site_id, row.day, outcome)
    session.expunge(row)


def expired(session: Session, now: datetime, limit: int) -> Sequence[NudgeTry]:
    """Questions that nothing has followed in time."""
    return session.scalars(
        select(NudgeTry).where(NudgeTry.until <= now).order_by(NudgeTry.until).limit(limit)
    ).all()


def days(session: Session, site_id: str, since: date) -> Sequence[NudgeDay]:
    """A site's counts since a day, oldest first."""
    return session.scalars(
        select(NudgeDay)
        .where(NudgeDay.site_id == site_id, NudgeDay.day >= since)
        .order_by(NudgeDay.day)
    ).all()
