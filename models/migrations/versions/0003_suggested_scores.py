"""Verdicts reported by clients of the Perspective routes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggested_scores",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site_id", sa.String(36), nullable=False),
        sa.Column("text_key", sa.String(64), nullable=False),
        sa.Column("suggested", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("scores", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("model", sa.String(300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.id"],
            name=op.f("fk_suggested_scores_site_id_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggested_scores")),
    )
    op.create_index("ix_suggested_scores_site", "suggested_scores", ["site_id", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_suggested_scores_site", table_name="suggested_scores")
    op.drop_table("suggested_scores")
