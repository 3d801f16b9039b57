"""A page's thread is put in order from an index alone, without reading the comments' rows."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NAME = "ix_comments_thread"


def upgrade() -> None:
    op.create_index(_NAME, "comments", ["page_id", "created_at", "id", "parent_id", "status"])


def downgrade() -> None:
    op.drop_index(_NAME, table_name="comments")
