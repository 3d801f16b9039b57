"""External ids of imported comments, Coral's signing secrets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_WAITING = sa.text("waits_for IS NOT NULL")


def _site() -> sa.Column[str]:
    link = sa.ForeignKey("sites.id", ondelete="CASCADE")
    return sa.Column("site_id", sa.String(length=36), link, nullable=False)


def upgrade() -> None:
    op.create_table(
        "imported_comments",
        _site(),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column(
            "comment_id",
            sa.String(length=36),
            sa.ForeignKey("comments.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("waits_for", sa.String(length=200), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "site_id", "source", "external_id", name=op.f("pk_imported_comments")
        ),
        sa.UniqueConstraint("comment_id", name=op.f("uq_imported_comments_comment_id")),
    )
    op.create_index(
        "ix_imported_comments_waiting",
        "imported_comments",
        ["site_id", "source", "waits_for"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_table(
        "coral_phases",
        _site(),
        sa.Column("signing_secret", sa.String(length=200), nullable=False),
        sa.Column("keep_comments", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_coral_phases")),
    )


def downgrade() -> None:
    op.drop_table("coral_phases")
    op.drop_index("ix_imported_comments_waiting", table_name="imported_comments")
    op.drop_table("imported_comments")
