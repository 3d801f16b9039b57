"""Inserting many rows at once, and rows that are finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models import Base


def insert_many(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of one table, in one statement for all of them.

    Args:
        rows: columns by name, the same of each row; there may be none.
    """
    if rows:
        # Without it rows are sent apart whose empty columns are not the same.
        session.execute(insert(table), rows, execution_options={"render_nulls": True})


def insert_finished(session: Session, rows: Sequence[Base]) -> None:
    """Insert rows of one table that nothing changes any more, past the session.

    They can be read afterwards as before, but the session does not know them. It costs a
    third of a flush.

    Args:
        rows: every column without a default is set or shall be empty; there may be none.
    """
    if rows:
        table: Any = type(rows[0]).__table__
        names = table.columns.keys()
        values = [{name: getattr(row, name) for name in names} for row in rows]
        session.connection().execute(insert(table), values)
