"""An index for the newest published comments of a whole site."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    published = sa.text("status = 'published'")
    op.create_index(
        "ix_comments_site_feed",
        "comments",
        ["site_id", "created_at", "id"],
        sqlite_where=published,
        postgresql_where=published,
    )


def downgrade() -> None:
    op.drop_index("ix_comments_site_feed", table_name="comments")
