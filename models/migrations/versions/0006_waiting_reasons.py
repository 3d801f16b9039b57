"""The reasons of what waits can be looked up; keys of similar texts only for what waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

_CODES = {
    "sqlite": "INSERT INTO waiting_reasons (comment_id, code, site_id) "
    "SELECT DISTINCT comments.id, said.value, comments.site_id "
    "FROM comments, json_each(comments.reasons) AS said WHERE comments.status = 'queued'",
    "postgresql": "INSERT INTO waiting_reasons (comment_id, code, site_id) "
    "SELECT DISTINCT comments.id, said.value, comments.site_id "
    "FROM comments, json_array_elements_text(comments.reasons) AS said(value) "
    "WHERE comments.status = 'queued'",
}


def upgrade() -> None:
    op.create_table(
        "waiting_reasons",
        sa.Column("comment_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=50), nullable=False),
        sa.Column("site_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_waiting_reasons_comment_id_comments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_waiting_reasons_site_id_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", "code", name=op.f("pk_waiting_reasons")),
    )
    op.execute(_CODES[op.get_bind().dialect.name])
    op.execute(
        "INSERT INTO waiting_reasons (comment_id, code, site_id) "
        "SELECT id, 'escalated', site_id FROM comments WHERE status = 'queued' AND escalated"
    )
    op.drop_index("ix_comments_escalated", table_name="comments")
    op.create_index("ix_waiting_reasons_code", "waiting_reasons", ["code", "site_id", "comment_id"])
    op.execute(
        "DELETE FROM text_bands WHERE comment_id IN "
        "(SELECT id FROM comments WHERE status <> 'queued')"
    )
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
    op.drop_index("ix_comments_claim_until", table_name="comments")
    op.drop_index("ix_comments_author_status", table_name="comments")
    op.drop_table("waiting_reasons")
