"""Reasons and scores of what waits are lists in order; text keys only for what waits."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LABELS = (
    "toxicity",
    "severe_toxicity",
    "obscene",
    "threat",
    "insult",
    "identity_attack",
    "sexual_explicit",
)
_REASONS = {
    "sqlite": "INSERT INTO waiting_reasons (comment_id, code, site_id, priority, created_at) "
    "SELECT DISTINCT comments.id, said.value, site_id, priority, created_at "
    "FROM comments, json_each(comments.reasons) AS said WHERE comments.status = 'queued'",
    "postgresql": "INSERT INTO waiting_reasons (comment_id, code, site_id, priority, created_at) "
    "SELECT DISTINCT comments.id, said.value, site_id, priority, created_at "
    "FROM comments, json_array_elements_text(comments.reasons) AS said(value) "
    "WHERE comments.status = 'queued'",
}
_ESCALATED = (
    "INSERT INTO waiting_reasons (comment_id, code, site_id, priority, created_at) "
    "SELECT id, 'escalated', site_id, priority, created_at "
    "FROM comments WHERE status = 'queued' AND escalated"
)
_COMMENTS = sa.table(
    "comments", *map(sa.column, ("id", "site_id", "score_id", "status", "created_at"))
)
_SCORES = sa.table("scores", *map(sa.column, ("id", *_LABELS)))
_WAITING_SCORES = sa.table(
    "waiting_scores", *map(sa.column, ("comment_id", "label", "site_id", "score", "created_at"))
)


def _waiting_table(name: str, key: sa.Column[str], *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        key,
        sa.Column("site_id", sa.String(length=36), nullable=False),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f(f"fk_{name}_comment_id_comments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f(f"fk_{name}_site_id_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", key.name, name=op.f(f"pk_{name}")),
    )


def _fill() -> None:
    op.execute(_REASONS[op.get_bind().dialect.name])
    op.execute(_ESCALATED)
    for label in _LABELS:
        score = _SCORES.c[label]
        waiting = (
            sa.select(
                _COMMENTS.c.id,
                sa.literal(label, sa.String()),
                _COMMENTS.c.site_id,
                score,
                _COMMENTS.c.created_at,
            )
            .join_from(_COMMENTS, _SCORES, _SCORES.c.id == _COMMENTS.c.score_id)
            .where(_COMMENTS.c.status == sa.literal("queued", sa.String()), score.is_not(None))
        )
        op.execute(sa.insert(_WAITING_SCORES).from_select(list(_WAITING_SCORES.c.keys()), waiting))


def upgrade() -> None:
    _waiting_table(
        "waiting_reasons",
        sa.Column("code", sa.String(length=50), nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
    )
    _waiting_table(
        "waiting_scores",
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
    )
    _fill()
    op.drop_index("ix_comments_escalated", table_name="comments")
    for name, table, columns in (
        ("priority", "waiting_reasons", ["code", "site_id", sa.text("priority DESC")]),
        ("age", "waiting_reasons", ["code", "site_id"]),
        ("score", "waiting_scores", ["label", "site_id", sa.text("score DESC")]),
    ):
        op.create_index(f"ix_{table}_{name}", table, [*columns, "created_at", "comment_id"])
    op.execute(
        "DELETE FROM text_bands WHERE comment_id IN "
        "(SELECT id FROM comments WHERE status <> 'queued')"
    )
    op.drop_index("ix_text_bands_value", table_name="text_bands")
    op.create_index("ix_text_bands_value", "text_bands", ["value", "comment_id", "site_id"])
    op.create_index("ix_comments_author_status", "comments", ["site_id", "email_key", "status"])
    held = sa.text("claimed_by IS NOT NULL")
    op.create_index(
        "ix_comments_claim_until",
        "comments",
        ["claim_expires_at"],
        sqlite_where=held,
        postgresql_where=held,
    )


def downgrade() -> None:
    escalated = sa.text("status = 'queued' AND escalated")
    op.create_index(
        "ix_comments_escalated",
        "comments",
        ["site_id", "id"],
        sqlite_where=escalated,
        postgresql_where=escalated,
    )
    op.drop_index("ix_text_bands_value", table_name="text_bands")
    op.create_index("ix_text_bands_value", "text_bands", ["site_id", "value", "comment_id"])
    op.drop_index("ix_comments_claim_until", table_name="comments")
    op.drop_index("ix_comments_author_status", table_name="comments")
    op.drop_table("waiting_scores")
    op.drop_table("waiting_reasons")
