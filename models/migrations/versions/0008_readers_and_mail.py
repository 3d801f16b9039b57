"""Reports, appeals, post ids, nudges, outgoing mail, and texts that are kept for a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEPT_TEXT = sa.text("text_removed_at IS NULL AND status IN ('rejected', 'spam', 'withdrawn')")
_TELLS_REPORTER = sa.text("reporter_key <> id")
_UNSENT = sa.text("sent_at IS NULL")
_TABLES = (
    "mail_digests",
    "mail_stops",
    "mails",
    "nudge_days",
    "nudge_tries",
    "post_pages",
    "appeals",
    "comment_reports",
)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _id(name: str, target: str | None = None, *, nullable: bool = False) -> sa.Column[str]:
    if target is None:
        return sa.Column(name, sa.String(length=36), nullable=nullable)
    link = sa.ForeignKey(f"{target}.id", ondelete="CASCADE")
    return sa.Column(name, sa.String(length=36), link, nullable=nullable)


def upgrade() -> None:
    _readers()
    _posts()
    _nudges()
    _kept_texts()
    _mails()


def _readers() -> None:
    op.create_table(
        "comment_reports",
        _id("id"),
        _id("comment_id", "comments"),
        sa.Column("reporter_key", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        _time("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_reports")),
        sa.UniqueConstraint(
            "comment_id", "reporter_key", name=op.f("uq_comment_reports_comment_id_reporter_key")
        ),
    )
    op.create_index(
        "ix_comment_reports_reporter",
        "comment_reports",
        ["at"],
        sqlite_where=_TELLS_REPORTER,
        postgresql_where=_TELLS_REPORTER,
    )
    op.create_table(
        "appeals",
        _id("comment_id", "comments"),
        sa.Column("message", sa.Text(), nullable=False),
        _time("at"),
        sa.Column("against_key", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_appeals")),
    )
    op.create_index("ix_appeals_against_key", "appeals", ["against_key"])


def _posts() -> None:
    op.create_table(
        "post_pages",
        _id("site_id", "sites"),
        sa.Column("post_id", sa.String(length=64), nullable=False),
        sa.Column("page_url", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "post_id", name=op.f("pk_post_pages")),
    )


def _nudges() -> None:
    op.create_table(
        "nudge_tries",
        sa.Column("key", sa.String(length=64), nullable=False),
        _id("site_id", "sites"),
        sa.Column("text_key", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _time("until"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_nudge_tries")),
    )
    op.create_index("ix_nudge_tries_until", "nudge_tries", ["until"])
    counts = ("nudged", "reworded", "sent_anyway", "dropped")
    op.create_table(
        "nudge_days",
        _id("site_id", "sites"),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_nudge_days")),
    )


def _kept_texts() -> None:
    op.add_column("comments", _time("text_removed_at", nullable=True))
    op.create_index(
        "ix_comments_kept_text",
        "comments",
        ["site_id", "created_at"],
        sqlite_where=_KEPT_TEXT,
        postgresql_where=_KEPT_TEXT,
    )


def _mails() -> None:
    op.create_table(
        "mails",
        _id("id"),
        sa.Column("kind", sa.String(length=16), nullable=False),
        _id("comment_id", "comments", nullable=True),
        _id("user_id", "users", nullable=True),
        _time("created_at"),
        _time("due_at"),
        _time("lease_until", nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=100), nullable=True),
        _time("sent_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_mails_comment_id")),
    )
    for column in ("user_id", "created_at"):
        op.create_index(f"ix_mails_{column}", "mails", [column])
    op.create_index(
        "ix_mails_due", "mails", ["due_at"], sqlite_where=_UNSENT, postgresql_where=_UNSENT
    )
    op.create_table(
        "mail_stops",
        sa.Column("address_key", sa.String(length=64), nullable=False),
        _time("at"),
        sa.PrimaryKeyConstraint("address_key", name=op.f("pk_mail_stops")),
    )
    op.create_table(
        "mail_digests",
        _id("user_id", "users"),
        _time("looked_at"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_mail_digests")),
    )


def downgrade() -> None:
    op.drop_index("ix_comments_kept_text", "comments")
    op.drop_column("comments", "text_removed_at")
    for table in _TABLES:
        op.drop_table(table)
