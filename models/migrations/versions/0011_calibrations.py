"""Calibrations; what the lab keeps of imported comments and of late-scored edits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from moderation.domain import facts
from moderation.domain.checks import count_links
from moderation.domain.identity_terms import terms_in

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BATCH = 500
_ELSEWHERE = {"published": facts.APPROVED, "rejected": facts.REFUSED, "spam": facts.REFUSED}

_FACTS = sa.table("comment_facts", sa.column("comment_id"), sa.column("packed"))
_COMMENTS = sa.table(
    "comments",
    *(sa.column(name) for name in ("id", "status", "body")),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
_IMPORTED = sa.table("imported_comments", sa.column("comment_id"), sa.column("source"))
_LOG = sa.table(
    "moderation_log",
    *(sa.column(name) for name in ("comment_id", "actor", "action", "to_status", "version")),
)


def upgrade() -> None:
    _create_calibrations()
    connection = op.get_bind()
    for part in _batches(connection):
        imported = _decided_elsewhere(connection, [row.comment_id for row in part])
        changed = [(row, _completed(row, imported)) for row in part]
        values = [
            {"of": row.comment_id, "bytes": packed}
            for row, packed in changed
            if packed != bytes(row.packed)
        ]
        if values:
            connection.execute(
                sa.update(_FACTS)
                .where(_FACTS.c.comment_id == sa.bindparam("of"))
                .values(packed=sa.bindparam("bytes")),
                values,
            )


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
                *(_COMMENTS.c[name] for name in ("status", "body", "created_at")),
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


def _completed(row: Any, imported: dict[str, tuple[int, str]]) -> bytes:
    packed = bytes(row.packed)
    if row.status == "erased":
        return packed
    if packed == facts.forgotten(row.comment_id):
        at: datetime = row.created_at
        fresh = facts.Facts(
            at=at if at.tzinfo else at.replace(tzinfo=UTC), scores={}, links=count_links(row.body)
        )
        packed = facts.pack(row.comment_id, fresh)
    if row.comment_id in imported:
        packed = facts.with_import(packed, *imported[row.comment_id])
    # What has no text any more says nothing of whom it named.
    return facts.with_values(packed, {"terms": terms_in(row.body)}) if row.body else packed


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
            found[step.comment_id] = (_ELSEWHERE.get(step.to_status, facts.NOT_JUDGED), source)
        elif step.actor == "author" and step.action == "edit":
            found[step.comment_id] = (facts.NOT_JUDGED, source)
    return found
