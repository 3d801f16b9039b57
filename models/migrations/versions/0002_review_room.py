"""Notes, marks on authors, similar texts, canned reasons, readers' settings and days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PEOPLE = sa.text("actor = 'moderator'")
_ESCALATED = sa.text("status = 'queued' AND escalated")
_TABLES = (
    "reader_days",
    "reader_settings",
    "canned_reasons",
    "text_bands",
    "author_marks",
    "comment_notes",
)


def _id(name: str, target: str | None = None) -> sa.Column[str]:
    if target is None:
        return sa.Column(name, sa.String(length=36), nullable=False)
    link = sa.ForeignKey(f"{target}.id", ondelete="CASCADE")
    return sa.Column(name, sa.String(length=36), link, nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    _tables_of_comments()
    _tables_of_people()
    op.create_index("ix_comments_site", "comments", ["site_id", "id"])
    op.create_index(
        "ix_comments_escalated",
        "comments",
        ["site_id", "id"],
        sqlite_where=_ESCALATED,
        postgresql_where=_ESCALATED,
    )
    for name, first in (("people", "site_id"), ("actor", "actor_key")):
        op.create_index(
            f"ix_moderation_log_{name}",
            "moderation_log",
            [first, "at"],
            sqlite_where=_PEOPLE,
            postgresql_where=_PEOPLE,
        )


def _tables_of_comments() -> None:
    op.create_table(
        "comment_notes",
        _id("id"),
        _id("comment_id", "comments"),
        _time("at"),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_notes")),
    )
    op.create_index("ix_comment_notes_comment", "comment_notes", ["comment_id", "id"])
    op.create_table(
        "author_marks",
        _id("id"),
        _id("site_id", "sites"),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        _time("at"),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author_marks")),
    )
    op.create_index("ix_author_marks_author", "author_marks", ["site_id", "email_key", "id"])
    op.create_table(
        "text_bands",
        _id("comment_id", "comments"),
        sa.Column("band", sa.Integer(), autoincrement=False, nullable=False),
        _id("site_id", "sites"),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("comment_id", "band", name=op.f("pk_text_bands")),
    )
    op.create_index("ix_text_bands_value", "text_bands", ["site_id", "value", "comment_id"])


def _tables_of_people() -> None:
    op.create_table(
        "canned_reasons",
        _id("site_id", "sites"),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_canned_reasons")),
    )
    op.create_table(
        "reader_settings",
        _id("user_id", "users"),
        sa.Column("blur", sa.Boolean(), nullable=False),
        sa.Column("keys", sa.Boolean(), nullable=False),
        sa.Column("daily_budget", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_reader_settings")),
    )
    op.create_table(
        "reader_days",
        _id("user_id", "users"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("severe_shown", sa.Integer(), nullable=False),
        _time("reading_since"),
        _time("last_seen_at"),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_reader_days")),
    )


def downgrade() -> None:
    for name in ("people", "actor"):
        op.drop_index(f"ix_moderation_log_{name}", "moderation_log")
    op.drop_index("ix_comments_escalated", "comments")
    op.drop_index("ix_comments_site", "comments")
    for table in _TABLES:
        op.drop_table(table)
