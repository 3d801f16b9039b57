"""Calibrations; what the lab keeps of imported comments and of late-scored edits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BATCH = 500

# The row of facts as of this revision: the comment's id in 16 bytes, 52 more, of which one holds
# flags; its bits from the fourth on are what was decided elsewhere (two) and where (three).
_FLAGS_AT = 64
_OWN_FLAGS = 0b111
_NOT_JUDGED = 0
_ELSEWHERE = {"published": 1, "rejected": 2, "spam": 2}
_SOURCES = ("wordpress", "disqus", "isso", "remark42", "csv", "jsonl")

_FACTS = sa.table("comment_facts", sa.column("comment_id"), sa.column("packed"))
_COMMENTS = sa.table("comments", sa.column("id"), sa.column("status"))
_IMPORTED = sa.table("imported_comments", sa.column("comment_id"), sa.column("source"))
_LOG = sa.table(
    "moderation_log",
    *(sa.column(name) for name in ("comment_id", "actor", "action", "to_status", "version")),
)


def upgrade() -> None:
    _create_calibrations()
    connection = op.get_bind()
    for part in _batches(connection):
        lost = [row.comment_id for row in part if row.status != "erased" and _says_nothing(row)]
        # An edit whose scores come late. Without a row they make a whole one.
        connection.execute(sa.delete(_FACTS).where(_FACTS.c.comment_id.in_(lost)))
        imported = _decided_elsewhere(connection, [row.comment_id for row in part])
        values = [
            {"of": row.comment_id, "bytes": _with_import(bytes(row.packed), *decided)}
            for row in part
            if row.status != "erased" and (decided := imported.get(row.comment_id))
        ]
        if values:
            connection.execute(
                sa.update(_FACTS)
                .where(_FACTS.c.comment_id == sa.bindparam("of"))
                .values(packed=sa.bindparam("bytes")),
                values,
            )
    # Whom a text names stays unknown until its comment is scored again.


def downgrade() -> None:
    # The facts' bits that are new here were not read before.
    op.drop_table("calibrations")


def _create_calibrations() -> None:
    op.create_table(
        "calibrations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("label", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(300), nullable=False),
        sa.Column("basis", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("scale", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_calibrations_site_id_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
        sa.UniqueConstraint("site_id", "label", "version", name="uq_calibrations_version"),
    )


def _batches(connection: sa.Connection) -> Iterator[list[Any]]:
    after = ""
    while True:
        query = (
            sa.select(
                _FACTS.c.comment_id,
                _FACTS.c.packed,
                _COMMENTS.c.status,
            )
            .join_from(_FACTS, _COMMENTS, _COMMENTS.c.id == _FACTS.c.comment_id)
            .where(_FACTS.c.comment_id > after)
            .order_by(_FACTS.c.comment_id)
            .limit(_BATCH)
        )
        part = list(connection.execute(query))
        if not part:
            return
        yield part
        after = part[-1].comment_id


def _says_nothing(row: Any) -> bool:
    return not any(bytes(row.packed)[16:])


def _with_import(packed: bytes, said: int, source: str) -> bytes:
    changed = bytearray(packed)
    changed[_FLAGS_AT] &= _OWN_FLAGS
    if said != _NOT_JUDGED:
        changed[_FLAGS_AT] |= said << 3 | _SOURCES.index(source) << 5
    return bytes(changed)


def _decided_elsewhere(connection: sa.Connection, ids: list[str]) -> dict[str, tuple[int, str]]:
    origins = {
        row.comment_id: row.source
        for row in connection.execute(sa.select(_IMPORTED).where(_IMPORTED.c.comment_id.in_(ids)))
    }
    steps = sa.select(_LOG).where(_LOG.c.comment_id.in_(list(origins)))
    found: dict[str, tuple[int, str]] = {}
    for step in connection.execute(steps.order_by(_LOG.c.version)):
        source = origins[step.comment_id]
        if step.actor == "import":
            found[step.comment_id] = (_ELSEWHERE.get(step.to_status, _NOT_JUDGED), source)
        elif step.actor == "author" and step.action == "edit":
            found[step.comment_id] = (_NOT_JUDGED, source)
    return found
